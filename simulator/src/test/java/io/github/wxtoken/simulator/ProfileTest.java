package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The profile (docs/wechat-protocol.md#user-profile) and the check of a token
 * (docs/wechat-protocol.md#token-check).
 */
class ProfileTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aProfileHasNameAndAvatarAndNothingElseReal() throws Exception {
    Reply tokens = scene.login();
    Reply profile = scene.userinfo(tokens);

    assertThat(profile.json())
        .containsEntry("openid", tokens.get("openid"))
        .containsEntry("nickname", "ann")
        .containsEntry("sex", "0")
        .containsEntry("language", "")
        .containsEntry("city", "")
        .containsEntry("province", "")
        .containsEntry("country", "")
        .doesNotContainKey("unionid")
        .doesNotContainKey("errcode");
    assertThat(profile.get("headimgurl")).startsWith("https://").endsWith("/132");
    assertThat(profile.body()).contains("\"privilege\":[]").contains("\"sex\":0");
  }

  @Test
  void aBoundAppSeesTheUnionid() throws Exception {
    scene.simulator.addApp(scene.simulator.app(Scene.SERVICE).withUnionid(true));

    assertThat(scene.userinfo(scene.login()).get("unionid"))
        .isEqualTo(scene.simulator.unionid("ann"));
  }

  @Test
  void aWebsitesLoginOpensTheProfile() throws Exception {
    String code = scene.simulator.authorize(Scene.WEBSITE, "ann", "snsapi_login");

    assertThat(scene.userinfo(scene.exchange(Scene.WEBSITE, code)).get("nickname"))
        .isEqualTo("ann");
  }

  @Test
  void aBaseGrantDoesNotOpenTheProfile() throws Exception {
    Reply tokens = scene.exchange(scene.code("snsapi_base"));

    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(48001);
    assertThat(scene.auth(tokens).errcode()).isZero();
  }

  @Test
  void aConsentToTheProfileMayOutliveALaterBaseLogin() throws Exception {
    scene.with(Switch.BASE_KEEPS_PROFILE).login();

    assertThat(scene.userinfo(scene.exchange(scene.code("snsapi_base"))).errcode()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Endpoint.class,
      names = {"USERINFO", "AUTH"})
  void checksComeInOrder(Endpoint endpoint) throws Exception {
    Reply ann = scene.login();
    String token = ann.get("access_token");
    String foreign = scene.simulator.openid(Scene.SERVICE, "bob");

    assertThat(scene.client.get(endpoint).errcode()).isEqualTo(41001);
    assertThat(scene.client.get(endpoint, "access_token", "x").errcode()).isEqualTo(41009);
    assertThat(scene.client.get(endpoint, "access_token", "x", "openid", "x").errcode())
        .isEqualTo(40001);
    assertThat(scene.client.get(endpoint, "access_token", token, "openid", foreign).errcode())
        .isEqualTo(40003);
    scene.later(Duration.ofHours(2));
    assertThat(scene.client.get(endpoint, Scene.tokenParameters(ann)).errcode()).isEqualTo(42001);
    scene.with(Switch.UNKNOWN_TOKEN_IS_40014);
    assertThat(scene.client.get(endpoint, "access_token", "x", "openid", "x").errcode())
        .isEqualTo(40014);
  }

  @Test
  void aLivingTokenIsOk() throws Exception {
    assertThat(scene.auth(scene.login()).body()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
  }

  @ParameterizedTest
  @CsvSource({"USERINFO", "AUTH"})
  void aGlobalTokenIsNotAUsers(Endpoint endpoint) throws Exception {
    String global = scene.globalToken(Scene.SERVICE).get("access_token");

    assertThat(scene.client.get(endpoint, "access_token", global, "openid", "x").errcode())
        .isEqualTo(40001);
  }
}
