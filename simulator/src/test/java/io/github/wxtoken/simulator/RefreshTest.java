package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The refresh: docs/wechat-protocol.md#refresh. */
class RefreshTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aLivingAccessTokenStaysAndStartsItsLifeAgain() throws Exception {
    Reply tokens = scene.login();
    scene.later(Duration.ofSeconds(7199));

    Reply refreshed = scene.refresh(tokens);

    assertThat(refreshed.json())
        .containsOnlyKeys("access_token", "expires_in", "refresh_token", "openid", "scope")
        .containsAllEntriesOf(tokens.json());
    scene.later(Duration.ofSeconds(7199));
    assertThat(scene.userinfo(tokens).errcode()).isZero();
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(42001);
  }

  @Test
  void anExpiredAccessTokenIsReplaced() throws Exception {
    Reply tokens = scene.login();
    scene.later(Duration.ofHours(2));

    Reply refreshed = scene.refresh(tokens);

    assertThat(refreshed.get("access_token")).isNotEqualTo(tokens.get("access_token"));
    assertThat(refreshed.get("refresh_token")).isEqualTo(tokens.get("refresh_token"));
    assertThat(scene.userinfo(refreshed).errcode()).isZero();
    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(42001);
  }

  @ParameterizedTest
  @CsvSource({
    "wxservice, snsapi_userinfo, 30",
    "wxwebsite, snsapi_login, 30",
    "wxmobile, snsapi_userinfo, 180"
  })
  void refreshingDoesNotProlongTheRefreshToken(String appid, String scope, int days)
      throws Exception {
    Reply tokens = scene.exchange(appid, scene.simulator.authorize(appid, "ann", scope));

    scene.later(Duration.ofDays(days).minusSeconds(1));
    assertThat(scene.refresh(appid, tokens).errcode()).isZero();
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.refresh(appid, tokens).errcode()).isEqualTo(42002);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', 41002",
    "wrong, '', '', 41003",
    "wrong, wrong, '', 40013",
    "wxservice, wrong, '', 40002",
    "wxservice, wrong, authorization_code, 40002",
    "wxservice, wrong, refresh_token, 40030",
  })
  void checksComeInOrder(String appid, String refreshToken, String grantType, int errcode)
      throws Exception {
    Reply reply =
        scene.client.get(
            Endpoint.REFRESH,
            "appid",
            appid,
            "grant_type",
            grantType,
            "refresh_token",
            refreshToken);

    assertThat(reply.errcode()).isEqualTo(errcode);
  }

  @Test
  void aRefreshTokenIsBoundToItsApp() throws Exception {
    assertThat(scene.refresh(Scene.OTHER, scene.login()).errcode()).isEqualTo(40030);
  }

  @Test
  void aNewerExchangeKillsTheOlderPair() throws Exception {
    Reply older = scene.login();
    Reply newer = scene.exchange(scene.code("snsapi_base"));

    assertThat(scene.auth(older).errcode()).isEqualTo(40001);
    assertThat(scene.userinfo(older).errcode()).isEqualTo(40001);
    assertThat(scene.refresh(older).errcode()).isEqualTo(40030);
    assertThat(scene.auth(newer).errcode()).isZero();
  }

  @Test
  void aNewerExchangeLeavesOtherUsersAndAppsAlone() throws Exception {
    Reply ann = scene.login();
    scene.exchange(scene.simulator.authorize(Scene.SERVICE, "bob", "snsapi_base"));
    scene.exchange(Scene.OTHER, scene.simulator.authorize(Scene.OTHER, "ann", "snsapi_base"));

    assertThat(scene.auth(ann).errcode()).isZero();
  }

  @Test
  void pairsLiveSideBySideWhenSwitched() throws Exception {
    scene.without(Switch.EXCHANGE_SUPERSEDES);
    Reply older = scene.login();
    scene.login();

    assertThat(scene.auth(older).errcode()).isZero();
    assertThat(scene.refresh(older).errcode()).isZero();
  }

  @Test
  void aChangedPasswordKillsBothTokens() throws Exception {
    Reply tokens = scene.login();
    scene.simulator.changePassword(Scene.SERVICE, "ann");

    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(42007);
    assertThat(scene.refresh(tokens).errcode()).isEqualTo(42007);
    assertThat(scene.auth(scene.login()).errcode()).isZero();
  }

  @Test
  void aRevokedGrantIsDead() throws Exception {
    Reply tokens = scene.login();
    scene.simulator.revoke(Scene.SERVICE, tokens.get("openid"));

    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(40001);
    assertThat(scene.refresh(tokens).errcode()).isEqualTo(40030);
  }

  @Test
  void anAccessTokenKilledAloneIsReplacedByARefresh() throws Exception {
    Reply tokens = scene.login();
    scene.simulator.killAccessToken(tokens.get("access_token"));
    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(40001);

    Reply refreshed = scene.refresh(tokens);

    assertThat(refreshed.get("access_token")).isNotEqualTo(tokens.get("access_token"));
    assertThat(scene.userinfo(refreshed).errcode()).isZero();
    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(40001);
  }

  @Test
  void aTokenThatWasNeverIssuedCannotBeKilled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.killAccessToken("nonsense"));
  }
}
