package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exchange of a code: docs/wechat-protocol.md#code-exchange. */
class CodeExchangeTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aCodeBecomesAPairOfTokens() throws Exception {
    Reply tokens = scene.exchange(scene.code("snsapi_userinfo"));

    assertThat(tokens.json())
        .containsOnlyKeys("access_token", "expires_in", "refresh_token", "openid", "scope")
        .containsEntry("expires_in", "7200")
        .containsEntry("scope", "snsapi_userinfo")
        .containsEntry("openid", scene.simulator.openid(Scene.SERVICE, "ann"));
    assertThat(tokens.get("access_token"))
        .matches("59_[A-Za-z0-9_-]{87,157}")
        .isNotEqualTo(tokens.get("refresh_token"));
  }

  @Test
  void openidsDifferPerAppAndUnionidsDoNot() {
    assertThat(scene.simulator.openid(Scene.SERVICE, "ann"))
        .hasSize(28)
        .isEqualTo(scene.simulator.openid(Scene.SERVICE, "ann"))
        .isNotEqualTo(scene.simulator.openid(Scene.OTHER, "ann"))
        .isNotEqualTo(scene.simulator.openid(Scene.SERVICE, "bob"));
    assertThat(scene.simulator.unionid("ann")).hasSize(28);
  }

  @Test
  void anOpenidThatWasGivenOutStandsForItsUser() throws Exception {
    String openid = scene.login().get("openid");

    String code = scene.simulator.authorize(Scene.SERVICE, openid, "snsapi_base");

    assertThat(scene.exchange(code).get("openid")).isEqualTo(openid);
  }

  @Test
  void aCodeWorksOnce() throws Exception {
    String code = scene.code("snsapi_base");
    scene.exchange(code);

    assertThat(scene.exchange(code).errcode()).isEqualTo(40163);
    scene.with(Switch.USED_CODE_IS_40029);
    assertThat(scene.exchange(code).errcode()).isEqualTo(40029);
  }

  @ParameterizedTest
  @CsvSource({
    "wxservice,snsapi_base,300",
    "wxwebsite,snsapi_login,600",
    "wxmobile,snsapi_userinfo,600"
  })
  void aCodeExpires(String appid, String scope, int seconds) throws Exception {
    String inTime = scene.simulator.authorize(appid, "ann", scope);
    String late = scene.simulator.authorize(appid, "ann", scope);

    scene.later(Duration.ofSeconds(seconds - 1L));
    assertThat(scene.exchange(appid, inTime).errcode()).isZero();
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.exchange(appid, late).errcode()).isEqualTo(40029);
    scene.with(Switch.EXPIRED_CODE_IS_42003);
    assertThat(scene.exchange(appid, late).errcode()).isEqualTo(42003);
  }

  @Test
  void aCodeIsBoundToItsApp() throws Exception {
    String code = scene.code("snsapi_base");

    assertThat(scene.exchange(Scene.OTHER, code).errcode()).isEqualTo(40029);
    assertThat(scene.exchange(Scene.SERVICE, code).errcode()).isZero();
  }

  @Test
  void aCodeOfAMiniProgramIsNoneHere() throws Exception {
    String code = scene.simulator.miniProgramLogin(Scene.MINI, "ann");

    assertThat(scene.exchange(Scene.MINI, code).errcode()).isEqualTo(40029);
  }

  @Test
  void anUnknownCodeIsInvalid() throws Exception {
    Reply reply = scene.exchange("nonsense");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.errcode()).isEqualTo(40029);
    assertThat(reply.get("errmsg")).startsWith("invalid code");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', '', 41002, appid missing",
    "wrong, '', '', '', 41004, appsecret missing",
    "wrong, wrong, '', '', 41008, missing code",
    "wrong, wrong, wrong, '', 40013, invalid appid",
    "wxservice, wrong, wrong, '', 40125, invalid appsecret",
    "wxservice, s3cret, wrong, '', 40002, invalid grant_type",
    "wxservice, s3cret, wrong, refresh_token, 40002, invalid grant_type",
    "wxservice, s3cret, wrong, authorization_code, 40029, invalid code",
  })
  void checksComeInOrder(
      String appid, String secret, String code, String grantType, int errcode, String errmsg)
      throws Exception {
    Reply reply =
        scene.client.get(
            Endpoint.EXCHANGE,
            "appid",
            appid,
            "secret",
            secret,
            "code",
            code,
            "grant_type",
            grantType);

    assertThat(reply.errcode()).isEqualTo(errcode);
    assertThat(reply.get("errmsg")).startsWith(errmsg);
  }

  @Test
  void aFailedExchangeLeavesTheCodeUnlessSwitched() throws Exception {
    String code = scene.code("snsapi_base");
    scene.exchange(Scene.OTHER, code);
    assertThat(scene.exchange(code).errcode()).isZero();

    scene.with(Switch.CODE_BURNT_BY_FAILURE);
    String burnt = scene.code("snsapi_base");
    assertThat(scene.exchange(Scene.OTHER, burnt).errcode()).isEqualTo(40029);
    assertThat(scene.exchange(burnt).errcode()).isEqualTo(40163);
  }

  @Test
  void aBoundAppGetsTheUnionidWithTheProfileScopeOnly() throws Exception {
    scene.simulator.addApp(scene.simulator.app(Scene.SERVICE).withUnionid(true));
    String unionid = scene.simulator.unionid("ann");

    assertThat(scene.exchange(scene.code("snsapi_userinfo")).get("unionid")).isEqualTo(unionid);
    assertThat(scene.exchange(scene.code("snsapi_base")).get("unionid")).isEqualTo("absent");
    scene.with(Switch.UNIONID_WITH_BASE);
    assertThat(scene.exchange(scene.code("snsapi_base")).get("unionid")).isEqualTo(unionid);
  }

  @Test
  void aScopeMayEndWithAComma() throws Exception {
    scene.with(Switch.TRAILING_COMMA_IN_SCOPE);

    assertThat(scene.exchange(scene.code("snsapi_base,snsapi_userinfo")).get("scope"))
        .isEqualTo("snsapi_base,snsapi_userinfo,");
  }

  @Test
  void aSnapshotUserIsMarkedAndMadeUpEachTime() throws Exception {
    Reply one = scene.exchange(scene.simulator.authorizeSnapshot(Scene.SERVICE));
    Reply two = scene.exchange(scene.simulator.authorizeSnapshot(Scene.SERVICE));

    assertThat(one.get("is_snapshotuser")).isEqualTo("1");
    assertThat(one.get("openid")).hasSize(28).isNotEqualTo(two.get("openid"));
    assertThat(scene.userinfo(one).get("nickname")).isEqualTo("微信用户");
    assertThat(scene.userinfo(one).get("headimgurl")).isEmpty();
  }

  @Test
  void tokensLiveAsLongAsTheTestWants() throws Exception {
    scene.simulator.behaviour().expiresIn(60);
    Reply tokens = scene.login();
    assertThat(tokens.get("expires_in")).isEqualTo("60");

    scene.later(Duration.ofSeconds(60));

    assertThat(scene.auth(tokens).errcode()).isEqualTo(42001);
    assertThatIllegalArgumentException().isThrownBy(() -> scene.simulator.behaviour().expiresIn(0));
  }

  @Test
  void anAppMayNotAskForWhatItsKindDoesNotHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.authorize(Scene.WEBSITE, "ann", "snsapi_base"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.authorize(Scene.MINI, "ann", "snsapi_base"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.miniProgramLogin(Scene.SERVICE, "ann"));
    assertThatIllegalArgumentException().isThrownBy(() -> scene.simulator.app("nobody"));
  }
}
