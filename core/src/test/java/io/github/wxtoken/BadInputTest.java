package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.store.MemoryTokenStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input has its clear exception, costs no call, and leaves the store as it was. */
@SuppressWarnings("NullAway")
class BadInputTest {
  private final Simulated simulated = Simulated.start();
  private final WeChatOAuth client = simulated.client;

  @AfterEach
  void close() {
    simulated.close();
  }

  private void assertNothingHappened() {
    assertThat(simulated.wechat.counters().total()).isZero();
    assertThat(simulated.store.tokens()).isEmpty();
  }

  static String[] badOpenids() {
    return new String[] {
      null,
      "",
      " ",
      "two words",
      "trailing ",
      " leading",
      "trailing\n",
      "it's",
      "\"quoted\"",
      "line\nbreak",
      "line\r\nbreak",
      "tab\t",
      "zero\0",
      "100%",
      "%27",
      "_%",
      "../../etc/passwd",
      "a/b",
      "a\\b",
      "a.b",
      "a;b",
      "a?b",
      "a#b",
      "a&b=c",
      "a*",
      "a{b}",
      "é",
      "微信",
      "😀",
      "\uFF2F\uFF29\uFF24",
      "x".repeat(129),
      "x".repeat(200)
    };
  }

  @ParameterizedTest
  @MethodSource("badOpenids")
  void anOpenidIsOfTheAlphabetOfKeysAndNotQuoted(String bad) {
    for (Runnable call :
        new Runnable[] {
          () -> client.getValidToken(bad),
          () -> client.getUser(bad),
          () -> client.getUser(bad, Lang.ZH_CN),
          () -> client.verifyToken(bad, "AT"),
          () -> simulated.store.getToken(bad),
          () -> simulated.store.deleteToken(bad)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::run)
          .withMessage("openid must be 1 to 128 characters of [A-Za-z0-9_:-]")
          .withNoCause();
    }
    assertNothingHappened();
  }

  @Test
  void anOpenidOf128CharactersIsOne() {
    assertThatExceptionOfType(NoTokenException.class)
        .isThrownBy(() -> client.getValidToken("o".repeat(128)));
    assertNothingHappened();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\t\n"})
  void blankArgumentsAreNamed(String blank) {
    assertRefused("code", () -> client.getAccessToken(blank));
    assertRefused("code", () -> client.getUserByCode(blank));
    assertRefused("code", () -> client.getUserByCode(blank, Lang.EN));
    assertRefused("code", () -> client.getSessionKey(blank));
    assertRefused("refreshToken", () -> client.refreshAccessToken(blank));
    assertRefused("accessToken", () -> client.verifyToken("OID", blank));
    assertNothingHappened();
  }

  private static void assertRefused(String argument, Runnable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call::run)
        .withMessage(argument + " must not be blank");
  }

  @Test
  void aLanguageIsNotNull() {
    for (Runnable call :
        new Runnable[] {
          () -> client.getUser("OID", null), () -> client.getUserByCode("CODE", null)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::run)
          .withMessage("lang must not be null");
    }
    assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a&secret=x", "a\r\nHost: x", "'\"`;--", "微信😀", "../..", "%00"})
  void aCodeMayBeAnythingSinceWeChatJudgesIt(String code) {
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> client.getAccessToken(code))
        .withMessageStartingWith("this code is not valid (any more) for the app ");
    assertThat(simulated.wechat.counters().exchanges(code)).isEqualTo(1);
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void keysThatDifferByCaseOnlyStayApart() {
    OAuthToken lower = token("oabc");
    OAuthToken upper = token("OABC");
    simulated.store.saveToken("oabc", lower);
    simulated.store.saveToken("OABC", upper);
    assertThat(client.getValidToken("oabc")).isEqualTo(lower);
    assertThat(client.getValidToken("OABC")).isEqualTo(upper);
    assertThatExceptionOfType(NoTokenException.class)
        .isThrownBy(() -> client.getValidToken("Oabc"));
  }

  private OAuthToken token(String openid) {
    return OAuthToken.builder()
        .openid(openid)
        .accessToken("AT-of-" + openid)
        .expiresIn(7200)
        .createAt(simulated.wechat.clock().millis())
        .build();
  }

  @Test
  void aCodeThatWasUsedElsewhereIsRefused() {
    String code = simulated.code("band");
    try (WeChatOAuth elsewhere = simulated.client().store(new MemoryTokenStore()).build()) {
      elsewhere.getAccessToken(code);
    }
    assertThatExceptionOfType(CodeAlreadyUsedException.class)
        .isThrownBy(() -> client.getAccessToken(code))
        .withMessageContaining(" was exchanged before");
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void aCodeThatIsTooOldIsRefused() {
    String code = simulated.code("band");
    simulated.passes(Duration.ofMinutes(5));
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> client.getAccessToken(code))
        .withMessageStartingWith("this code is not valid (any more) for the app ");
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void aCodeThatIsAnotherAppsIsRefused() {
    String code = simulated.wechat.authorize("wxother", "band", "snsapi_userinfo");
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> client.getAccessToken(code))
        .withMessageStartingWith("this code is not valid (any more) for the app ");
    assertThat(simulated.store.tokens()).isEmpty();
  }

  @Test
  void aCodeThatIsRefusedLeavesAnEarlierLoginAlone() {
    OAuthToken login = simulated.login("band");
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> client.getUserByCode("no-such-code"));
    assertThat(simulated.store.tokens()).containsExactly(login);
  }

  @Test
  void aWrongSecretIsForTheOperatorAndKeepsNothing() {
    try (WeChatOAuth wrong = simulated.client(Simulated.APPID, "wrong").build()) {
      assertThatExceptionOfType(WeChatApiException.class)
          .isThrownBy(() -> wrong.getAccessToken(simulated.code("band")))
          .satisfies(e -> assertThat(e.errcode()).isEqualTo(40125));
    }
    assertThat(simulated.store.tokens()).isEmpty();
  }
}
