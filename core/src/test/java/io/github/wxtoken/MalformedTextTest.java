package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Text with half a surrogate pair is refused where it enters: as UTF-8, which has no place for it,
 * two such texts would be one.
 */
class MalformedTextTest {
  private static final String SESSION = "session-1";

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final AtomicInteger storeCalls = new AtomicInteger();

  MalformedTextTest() {
    cluster.store.beforeLease = storeCalls::incrementAndGet;
    cluster.store.beforeGet = storeCalls::incrementAndGet;
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** By name, since a report cannot show the text. */
  private enum Malformed {
    HIGH_ALONE("\ud800"),
    LOW_ALONE("\udfff"),
    HIGH_AT_THE_END("visitor\ud83d"),
    LOW_AT_THE_BEGINNING("\ude00visitor"),
    HIGH_BEFORE_A_LETTER("a\udbffb"),
    IN_THE_WRONG_ORDER("\ude00\ud83d"),
    HIGH_BEFORE_A_PAIR("\ud83d\ud83d\ude00"),
    LOW_AFTER_A_PAIR("\ud83d\ude00\ude00");

    private final String text;

    Malformed(String text) {
      this.text = text;
    }
  }

  private static void assertRefused(String name, ThrowingCallable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call)
        .withMessage(name + " must not have half a surrogate pair");
  }

  @ParameterizedTest
  @EnumSource
  void asAVisitorsBinding(Malformed malformed) {
    String state = one.newState(SESSION);

    assertRefused("binding", () -> one.newState(malformed.text));
    assertRefused("binding", () -> one.newState(malformed.text, "/orders"));
    assertRefused("binding", () -> one.verifyState(state, malformed.text, "code"));
    assertThat(storeCalls).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  void asAReturnPath(Malformed malformed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.newState(SESSION, "/" + malformed.text));
  }

  @ParameterizedTest
  @EnumSource
  void asAStateOfABrowserWithoutACallToTheStore(Malformed malformed) {
    String state = one.newState(SESSION);

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(malformed.text, SESSION, "code"));
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(malformed.text + state, SESSION, "code"));
    assertThat(storeCalls).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  void asACodeOfABrowserWithoutACallToTheStoreOrToWeChat(Malformed malformed) {
    assertNotExchanged(() -> one.getAccessToken(malformed.text));
    assertNotExchanged(() -> one.getUserByCode(malformed.text));
    assertNotExchanged(() -> one.getSessionKey(malformed.text));
    assertThat(storeCalls).hasValue(0);
    assertThat(cluster.weChat.counters().total()).isZero();
  }

  private static void assertNotExchanged(ThrowingCallable call) {
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(call)
        .withMessage("this code is not valid: it has half a surrogate pair");
  }

  @ParameterizedTest
  @EnumSource
  void asTheCodeThatCameWithAStateWhichIsStillGoodAfterwards(Malformed malformed) {
    String state = one.newState(SESSION);

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, malformed.text));
    assertThat(storeCalls).hasValue(0);
    assertThat(one.verifyState(state, SESSION, "code").isRepeat()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void asWhatWeChatWouldBeSent(Malformed malformed) {
    assertRefused("refreshToken", () -> one.refreshAccessToken(malformed.text));
    assertRefused("accessToken", () -> one.verifyToken("amy", malformed.text));
    assertRefused(
        "state", () -> one.getAuthorizeURL("https://example.com/callback", malformed.text));
    assertRefused(
        "state",
        () -> one.getAuthorizeURLForWebsite("https://example.com/callback", malformed.text));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.getAuthorizeURL("https://example.com/" + malformed.text));
    assertThat(cluster.weChat.counters().total()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void asAnAppsIdOrSecretFromWhichKeysAreDerived(Malformed malformed) {
    assertRefused("appid", () -> WeChatOAuth.builder(malformed.text, "secret"));
    assertRefused("secret", () -> WeChatOAuth.builder("wx1", malformed.text));
  }

  @ParameterizedTest
  @EnumSource
  void asTheInputOfAHash(Malformed malformed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CodeExchange.sha256(malformed.text))
        .withMessage("text must not have half a surrogate pair");
  }

  @Test
  void wholePairsAreText() {
    String visitor = "访客\ud83d\ude00";
    String state = one.newState(visitor);

    assertThat(one.verifyState(state, visitor, "码\ud83d\ude00").isRepeat()).isFalse();
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(state, "访客\ud83d\ude01", "code"));
    assertThatNoException()
        .isThrownBy(() -> one.getAuthorizeURL("https://example.com/", "\ud83d\ude00"));
  }
}
