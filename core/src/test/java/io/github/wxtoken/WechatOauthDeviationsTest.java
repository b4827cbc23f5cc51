package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The deliberate differences from wechat-oauth, one test for each:
 * docs/design.md#differences-from-wechat-oauth.
 */
class WechatOauthDeviationsTest {
  private final Simulated simulated = Simulated.start();

  @AfterEach
  void close() {
    simulated.close();
  }

  private long calls(Endpoint endpoint) {
    return simulated.wechat.counters().calls(endpoint);
  }

  @Test
  void createAtAsAStringIsReadAsANumber() {
    OAuthToken login = simulated.login("band");
    String asFromMySql =
        login.toJson().replaceFirst("\"create_at\":(\\d+)", "\"create_at\":\"$1\"");
    assertThat(asFromMySql).contains("\"create_at\":\"");
    simulated.store.saveToken(login.openid(), OAuthToken.fromJson(asFromMySql));
    simulated.passes(Duration.ofHours(2));
    OAuthToken refreshed = simulated.client.getValidToken(login.openid());
    assertThat(refreshed.accessToken()).isNotEqualTo(login.accessToken());
  }

  @Test
  void refreshingStarts60SecondsEarly() {
    String openid = simulated.login("band").openid();
    simulated.passes(Duration.ofSeconds(7200 - 90));
    simulated.client.getValidToken(openid);
    assertThat(calls(Endpoint.REFRESH)).isZero();
    simulated.passes(Duration.ofSeconds(40));
    simulated.client.getValidToken(openid);
    assertThat(calls(Endpoint.REFRESH)).isEqualTo(1);
  }

  @Test
  void refreshPolicyExactGivesUpstreamsRule() {
    String openid = simulated.login("band").openid();
    try (WeChatOAuth exact = simulated.client().refreshPolicy(RefreshPolicy.exact()).build()) {
      simulated.passes(Duration.ofSeconds(7200 - 30));
      exact.getValidToken(openid);
      assertThat(calls(Endpoint.REFRESH)).isZero();
      simulated.passes(Duration.ofSeconds(30));
      exact.getValidToken(openid);
      assertThat(calls(Endpoint.REFRESH)).isEqualTo(1);
    }
  }

  @Test
  void aRefreshKeepsFieldsThatTheAnswerLacks() {
    OAuthToken login = simulated.login("band");
    assertThat(login.unionid()).isNotNull();
    simulated.passes(Duration.ofHours(3));
    OAuthToken refreshed = simulated.client.getValidToken(login.openid());
    assertThat(refreshed.accessToken()).isNotEqualTo(login.accessToken());
    assertThat(refreshed.unionid()).isEqualTo(login.unionid());
    assertThat(simulated.stored(login.openid())).isEqualTo(refreshed);
  }

  @Test
  void aSaveNeverOverwritesALaterLogin() {
    // Only so does WeChat refresh the earlier login's token at all.
    simulated.wechat.behaviour().set(Switch.EXCHANGE_SUPERSEDES, false);
    OAuthToken earlier = simulated.login("band");
    OAuthToken later = simulated.login("band");
    OAuthToken answer = simulated.client.refreshAccessToken(String.valueOf(earlier.refreshToken()));
    assertThat(answer.accessToken()).isEqualTo(earlier.accessToken());
    assertThat(simulated.stored(later.openid())).isEqualTo(later);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"EMPTY_BODY", "JSON_NULL", "JSON_ARRAY", "HTML", "HTTP_ERROR", "HTTP_ERROR_JSON"})
  void emptyNullNonObjectAndNon2xxAnswersAreErrors(Fault.Kind kind) {
    simulated.wechat.faults().addEverywhere(Fault.of(kind));
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> simulated.login("band"));
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> simulated.client.refreshAccessToken("RT"));
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> simulated.client.verifyToken("OID", "AT"));
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void unescapedControlCharactersInANicknameAreAccepted() {
    simulated.wechat.behaviour().set(Switch.CONTROL_CHARACTERS_IN_NICKNAME, true);
    simulated.wechat.behaviour().set(Switch.FOUR_BYTE_NICKNAME, true);
    assertThat(simulated.client.getUser(simulated.login("微信").openid()).nickname())
        .isEqualTo("微信😀\u0014");
  }

  @Test
  void aRefusalAfterATokenThatLookedValidTriggersOneRefresh() {
    OAuthToken login = simulated.login("band");
    simulated.wechat.killAccessToken(String.valueOf(login.accessToken()));
    assertThat(simulated.client.getUser(login.openid()).nickname()).isEqualTo("band");
    assertThat(calls(Endpoint.USERINFO)).isEqualTo(2);
    assertThat(calls(Endpoint.REFRESH)).isEqualTo(1);
    assertThat(simulated.stored(login.openid()).accessToken()).isNotEqualTo(login.accessToken());
  }

  @Test
  void aRefusalOfTheRefreshedTokenTooIsNotFollowedByAnother() {
    OAuthToken login = simulated.login("band");
    simulated.wechat.faults().add(Endpoint.USERINFO, Fault.errcode(40001));
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> simulated.client.getUser(login.openid()));
    assertThat(calls(Endpoint.USERINFO)).isEqualTo(2);
    assertThat(calls(Endpoint.REFRESH)).isEqualTo(1);
  }

  @Test
  void aSnapshotUserIsNotStored() {
    OAuthToken token =
        simulated.client.getAccessToken(simulated.wechat.authorizeSnapshot(Simulated.APPID));
    assertThat(token.isSnapshotUser()).isTrue();
    assertThat(simulated.store.tokens()).isEmpty();
    UserInfo user =
        simulated.client.getUserByCode(simulated.wechat.authorizeSnapshot(Simulated.APPID));
    assertThat(user.nickname()).isEqualTo("微信用户");
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void aMiniProgramSessionIsNeverSentToTheRefreshEndpoint() {
    try (Simulated mini = Simulated.startMiniProgram()) {
      String code = mini.wechat.miniProgramLogin(Simulated.MINI_PROGRAM, "band");
      String openid = mini.client.getSessionKey(code).openid();
      assertThatExceptionOfType(ReauthorizationRequiredException.class)
          .isThrownBy(() -> mini.client.getUser(openid));
      assertThat(mini.wechat.counters().calls(Endpoint.REFRESH)).isZero();
      assertThat(mini.wechat.counters().calls(Endpoint.USERINFO)).isZero();
    }
  }

  @Test
  void stateAndScopeHaveDifferentTypes() {
    assertThat(
            Arrays.stream(WeChatOAuth.class.getMethods())
                .filter(method -> method.getName().equals("getAuthorizeURL"))
                .filter(method -> method.getParameterCount() > 1)
                .map(method -> Arrays.asList(method.getParameterTypes())))
        .containsExactlyInAnyOrder(
            Arrays.asList(String.class, String.class),
            Arrays.asList(String.class, String.class, Scope.class));
  }
}
