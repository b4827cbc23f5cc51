package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A callback is trusted if its state was made for this browser's session, a moment ago, once. */
class StateTest {
  private static final String SESSION = "session-1";
  private static final String CODE = "061canary";
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static void assertRefused(Runnable verification, String why) {
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(verification::run)
        .withMessage("This state must not be trusted: " + why)
        .withNoCause();
  }

  private void assertForged(String state) {
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, CODE))
        .withMessageStartingWith("This state must not be trusted: ")
        .withNoCause()
        .extracting(InvalidStateException::reason)
        .isIn(Reason.STATE_MISSING, Reason.STATE_ALTERED, Reason.STATE_OF_ANOTHER_VISITOR);
  }

  private static final String USED =
      "it was used with another code, or a callback with this one has not ended";
  private static final String OLD = "it is more than 10 minutes old, or clocks differ by 5";

  // The form of a state

  @Test
  void aStateIsWhatWeChatTakes() {
    assertThat(one.newState(SESSION)).matches("[a-z0-9]{54}");
    assertThat(one.newState(SESSION, "/" + "p".repeat(47))).matches("[a-z0-9]{128}");
  }

  /** Whatever its bytes are: the number of digits follows from the length of the path alone. */
  @Test
  void aStateOfTheThirdAttemptWithTheLongestPathIsWhatWeChatTakes() {
    String path = "/" + "~".repeat(47);
    for (int i = 0; i < 100; i++) {
      String state = states().create(SESSION, path, 3);

      assertThat(state).matches("3[0-9a-z]{127}");
      assertThat(states().open(state, SESSION))
          .returns(3, States.Opened::attempt)
          .returns(path, States.Opened::returnPath)
          .returns(state, States.Opened::text);
    }
  }

  @Test
  void aPathOfAnyLengthComesBack() {
    for (int length = 1; length <= 48; length++) {
      String path = "/" + "p".repeat(length - 1);

      assertThat(states().open(states().create(SESSION, path), SESSION).returnPath())
          .isEqualTo(path);
    }
  }

  private States states() {
    return new States(
        cluster.store,
        false,
        cluster.weChat.clock(),
        Simulated.APPID,
        AppSecret.fixed(Simulated.SECRET));
  }

  @Test
  void theNumberOfTheAttemptIsReadFromAStateOfAnotherVisitorWhichIsCutOrHasMoreText() {
    for (int attempt = 1; attempt <= 3; attempt++) {
      String state = states().create(SESSION, "/orders", attempt);

      assertThat(StateText.readAttempt(state)).isEqualTo(attempt);
      assertThat(StateText.readAttempt(state.substring(0, state.length() / 2))).isEqualTo(attempt);
      assertThat(StateText.readAttempt(state + "0")).isEqualTo(attempt);
      assertThat(StateText.readAttempt(state + "z".repeat(1_000))).isEqualTo(attempt);
      assertThat(StateText.readAttempt(state + "?from=x")).isEqualTo(attempt);
    }
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "123",
        "hehe",
        "026charactersaretoofewforit",
        "4zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "-1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
      })
  void noNumberIsReadFromWhatIsNoState(String text) {
    assertThat(StateText.readAttempt(text)).isZero();
  }

  @Test
  void theNumberOfTheAttemptIsAuthenticated() {
    assertForged("2" + one.newState(SESSION).substring(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#wechat_redirect", "?from=singlemessage", "&amp;x=1", " ", "%00", "\n", "Z", "ſ"})
  void textThatABrowserAppendsIsIgnored(String appended) {
    String state = one.newState(SESSION, "/orders");

    assertThat(one.verifyState(state + appended + "more", SESSION, CODE))
        .isEqualTo(new VerifiedState(false, "/orders"));
    // It is the same state, which is good for one code.
    assertThat(one.verifyState(state, SESSION, CODE).isRepeat()).isTrue();
    assertRefused(() -> one.verifyState(state + appended, SESSION, "another"), USED);
  }

  @Test
  void anExceptionSaysWhyAStateIsNotTrusted() {
    String state = one.newState(SESSION);
    one.verifyState(state, SESSION, CODE);

    assertThat(reason("", SESSION, CODE)).isEqualTo(Reason.STATE_MISSING);
    assertThat(reason("made-up", SESSION, CODE)).isEqualTo(Reason.STATE_ALTERED);
    assertThat(reason(state, "another", CODE)).isEqualTo(Reason.STATE_OF_ANOTHER_VISITOR);
    assertThat(reason(state, SESSION, "another")).isEqualTo(Reason.STATE_USED);
    assertThat(reason(state, SESSION, "\ud800")).isEqualTo(Reason.CODE_REFUSED);
    cluster.weChat.clock().advance(Duration.ofMinutes(10));
    assertThat(reason(state, SESSION, CODE)).isEqualTo(Reason.STATE_EXPIRED);
  }

  private Reason reason(String state, String visitor, String code) {
    try {
      one.verifyState(state, visitor, code);
      throw new AssertionError("it is trusted");
    } catch (InvalidStateException e) {
      return e.reason();
    }
  }

  @Test
  void noTwoStatesAreTheSame() {
    Set<String> states = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      states.add(one.newState(SESSION));
    }
    assertThat(states).hasSize(10_000);
  }

  @Test
  void aStateCostsNoCallToTheStore() {
    cluster.store.goAway();

    assertThat(one.newState(SESSION)).isNotEmpty();
  }

  // One code

  @Test
  void aStateIsVerifiedByAnyProcessOfTheCluster() {
    VerifiedState verified = other.verifyState(one.newState(SESSION), SESSION, CODE);

    assertThat(verified).isEqualTo(new VerifiedState(false, null));
  }

  @Test
  void theSameCodeAgainIsTheBrowsersSecondCallback() {
    String state = one.newState(SESSION, "/orders");
    one.verifyState(state, SESSION, CODE);

    assertThat(one.verifyState(state, SESSION, CODE)).isEqualTo(new VerifiedState(true, "/orders"));
    assertThat(other.verifyState(state, SESSION, CODE))
        .isEqualTo(new VerifiedState(true, "/orders"));
  }

  @Test
  void anotherCodeIsRefusedInEveryProcessAndEachTime() {
    String state = one.newState(SESSION);
    one.verifyState(state, SESSION, CODE);

    assertRefused(() -> one.verifyState(state, SESSION, "another"), USED);
    assertRefused(() -> other.verifyState(state, SESSION, "another"), USED);
    assertRefused(() -> other.verifyState(state, SESSION, "third"), USED);
    assertThat(other.verifyState(state, SESSION, CODE).isRepeat()).isTrue();
  }

  @Test
  void ofAThousandUsesWithDifferentCodesAtOnceOneSucceeds() {
    String state = one.newState(SESSION);
    AtomicInteger number = new AtomicInteger();

    List<CompletableFuture<VerifiedState>> uses =
        together(
            1_000,
            () -> {
              int n = number.incrementAndGet();
              return (n % 2 == 0 ? one : other).verifyState(state, SESSION, "code-" + n);
            });

    assertThat(successes(uses)).containsExactly(new VerifiedState(false, null));
    assertThat(failures(uses)).hasSize(999).allMatch(e -> e instanceof InvalidStateException);
  }

  @Test
  void ofManyCallbacksAtOnceWithTwoCodesOnlyThoseWithOneSucceedAndOneOfThemIsTheFirst() {
    for (int round = 0; round < 3; round++) {
      String state = one.newState(SESSION);
      AtomicInteger number = new AtomicInteger();
      List<CompletableFuture<String>> uses =
          together(
              8,
              () -> {
                int n = number.incrementAndGet();
                String code = "code-" + n / 2 % 2;
                WeChatOAuth process = n % 2 == 0 ? one : other;
                return code + process.verifyState(state, SESSION, code).isRepeat();
              });

      List<String> successes = successes(uses);
      String winner = successes.get(0).substring(0, "code-0".length());
      assertThat(successes)
          .hasSize(4)
          .containsOnlyOnce(winner + "false")
          .allMatch(success -> success.startsWith(winner));
      assertThat(failures(uses)).hasSize(4).allMatch(e -> e instanceof InvalidStateException);
    }
  }

  @Test
  void aStoreThatIsAwayIsNoReasonToTrustAStateOrToSpoilIt() {
    String state = one.newState(SESSION);
    cluster.store.goAway();
    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, CODE));

    cluster.store.comeBack();

    assertThat(one.verifyState(state, SESSION, CODE).isRepeat()).isFalse();
  }

  @Test
  void aCallbackWaitsForTheTurnOfAnotherWithItsStateAndCode() {
    String state = one.newState(SESSION);
    Lease turn = takeTurn(state);
    AtomicInteger looks = new AtomicInteger();
    cluster.store.beforeLease =
        () -> {
          if (looks.incrementAndGet() == 2) {
            turn.close();
          }
        };

    assertThat(one.verifyState(state, SESSION, CODE).isRepeat()).isFalse();
  }

  @Test
  void aCallbackThatIsInterruptedWhileItWaitsForItsTurnSaysSo() {
    String state = one.newState(SESSION);
    takeTurn(state);
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, CODE))
        .withMessage("interrupted while a state's other callback is served");

    assertThat(Thread.interrupted()).isTrue();
  }

  private Lease takeTurn(String state) {
    String pair = CodeExchange.sha256(state + " " + CODE);
    return cluster.store.tryLease("state:turn:" + pair, Duration.ofHours(1)).orElseThrow();
  }

  /** The lease of the pair may have been taken by the call that failed: it proves nothing. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStoreThatFailsHalfwayMakesNobodyAWinner(int grant) {
    String state = one.newState(SESSION);
    one.verifyState(state, SESSION, CODE);
    AtomicInteger grants = new AtomicInteger();
    cluster.store.leases =
        lease -> {
          if (grants.incrementAndGet() == grant) {
            throw new TokenStoreException("the answer was lost", null);
          }
          return lease;
        };
    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, "another"));
    cluster.store.leases = lease -> lease;

    assertRefused(() -> other.verifyState(state, SESSION, "another"), USED);
  }

  private String stateThatLostWith(String code) {
    String state = one.newState(SESSION);
    one.verifyState(state, SESSION, CODE);
    assertRefused(() -> one.verifyState(state, SESSION, code), USED);
    return state;
  }

  @Test
  void aCodeThatLostCostsTheStoreADozenCallsWhenItComesAgain() {
    String state = stateThatLostWith("another");
    AtomicInteger calls = new AtomicInteger();
    cluster.store.beforeLease = calls::incrementAndGet;

    assertRefused(() -> one.verifyState(state, SESSION, "another"), USED);

    assertThat(calls.get()).isBetween(2, 12);
  }

  @Test
  void codesThatLostDoNotHaveEveryThreadWait() throws Exception {
    String state = stateThatLostWith("another");
    ThreadLocal<Integer> looks = ThreadLocal.withInitial(() -> 0);
    CountDownLatch waiting = new CountDownLatch(States.WAITING_AT_MOST);
    CountDownLatch refused = new CountDownLatch(1);
    cluster.store.beforeLease =
        () -> {
          looks.set(looks.get() + 1);
          if (looks.get() == 2) {
            waiting.countDown();
            await(refused);
          }
        };
    List<CompletableFuture<VerifiedState>> others = new ArrayList<>();
    for (int i = 0; i < States.WAITING_AT_MOST; i++) {
      others.add(async(() -> one.verifyState(state, SESSION, "another")));
    }
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

    assertRefused(() -> one.verifyState(state, SESSION, "another"), USED);
    assertThat(looks.get()).isEqualTo(1);

    refused.countDown();
    assertThat(failures(others)).hasSize(States.WAITING_AT_MOST);
  }

  @Test
  void whoIsInterruptedWhileHeWaitsIsToldSoAndStaysInterrupted() {
    String state = stateThatLostWith("another");
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, "another"))
        .withMessage("interrupted while a state's other callback is served");
    assertThat(Thread.interrupted()).isTrue();
  }

  // Ten minutes

  private WeChatOAuth processAt(Instant time) {
    return cluster.process(b -> b.clock(Clock.fixed(time, ZoneOffset.UTC)));
  }

  @Test
  void aStateLivesForTenMinutes() {
    String state = processAt(NOW).newState(SESSION);
    Instant end = NOW.plus(Duration.ofMinutes(10));

    assertThat(processAt(end.minusMillis(1)).verifyState(state, SESSION, CODE).isRepeat())
        .isFalse();
    assertRefused(() -> processAt(end).verifyState(state, SESSION, CODE), OLD);
  }

  @Test
  void aStateThatGrowsOldWhileItIsVerifiedIsRefused() {
    String state = one.newState(SESSION);
    cluster.store.beforeLease = () -> cluster.weChat.clock().advance(Duration.ofMinutes(10));

    assertRefused(() -> one.verifyState(state, SESSION, CODE), OLD);
  }

  @Test
  void aStateFromAClockThatIsFiveMinutesAheadIsTakenAndFromOneFurtherAheadItIsNot() {
    String state = processAt(NOW).newState(SESSION);
    Instant ago = NOW.minus(Duration.ofMinutes(5));

    assertThat(processAt(ago).verifyState(state, SESSION, CODE).isRepeat()).isFalse();
    assertRefused(() -> processAt(ago.minusMillis(1)).verifyState(state, SESSION, CODE), OLD);
  }

  @Test
  void aStateIsRememberedUntilNoClockTakesItAnyMore() {
    StoreDouble store = new StoreDouble(new MemoryTokenStore());
    try (WeChatOAuth process = cluster.process(b -> b.store(store))) {
      process.verifyState(process.newState(SESSION), SESSION, CODE);

      assertThat(store.held().values())
          .hasSize(2)
          .allMatch(lease -> lease.remaining().compareTo(Duration.ofMinutes(14)) > 0);
    }
  }

  // Forgery

  @Test
  void anotherSessionsStateIsRefused() {
    String state = one.newState("session-2");

    assertForged(state);
    assertThat(one.verifyState(state, "session-2", CODE).isRepeat()).isFalse();
  }

  @Test
  void aPathCannotBePassedOffAsPartOfTheBinding() {
    byte[] bytes = new BigInteger(one.newState(SESSION, "/a").substring(1), 36).toByteArray();
    ByteBuffer without = ByteBuffer.allocate(bytes.length - "/a".length());
    int header = bytes.length - "/a".length() - 16;
    without.put(bytes, 0, header).put(bytes, header + 2, 16);
    String number = new BigInteger(without.array()).toString(36);
    String state = "1" + "0".repeat(53 - number.length()) + number;

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> one.verifyState(state, "/a" + SESSION, CODE))
        .extracting(InvalidStateException::reason)
        .isEqualTo(Reason.STATE_OF_ANOTHER_VISITOR);
  }

  @Test
  void anotherAppsStateIsRefusedAndSoIsOneUnderAnotherSecret() {
    try (WeChatOAuth app = WeChatOAuth.builder("wxother", "secret").store(cluster.store).build();
        WeChatOAuth secret =
            WeChatOAuth.builder(Simulated.APPID, "another").store(cluster.store).build()) {
      assertForged(app.newState(SESSION));
      assertForged(secret.newState(SESSION));
    }
  }

  @Test
  void everyTruncationIsRefused() {
    String state = one.newState(SESSION, "/orders");

    for (int length = 0; length < state.length(); length++) {
      assertForged(state.substring(0, length));
      assertForged(state.substring(length + 1));
    }
  }

  @Test
  void everyCharacterCounts() {
    String state = one.newState(SESSION, "/orders");

    for (int i = 0; i < state.length(); i++) {
      for (char c : "0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
        if (state.charAt(i) != c) {
          assertForged(state.substring(0, i) + c + state.substring(i + 1));
        }
      }
    }
    for (String changed : new String[] {"0" + state, state + "0", " " + state, "+" + state}) {
      assertForged(changed);
    }
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "0", "1", "-1", "state", "ſ", "٣", "<script>", "1\n", "%00", "a b"})
  void whatIsNoStateIsRefused(String text) {
    assertForged(text);
  }

  @Test
  void aLongTextIsNotWorthReading() {
    assertForged("z".repeat(129));
    assertForged("z".repeat(1_000_000));
  }

  @Test
  void aRefusedStateCostsNoCallToTheStore() {
    cluster.store.goAway();

    assertForged("forged");
    assertForged(one.newState("session-2"));
  }

  // The way back

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/orders",
        "/orders/7?tab=items&x=%E5%95%86",
        "/a/../b",
        "/@evil.example",
        "/~user/a.b;c=d",
        "/1234567890123456789012345678901234567890123456"
      })
  void aPathOfThisSiteRidesAlong(String path) {
    String state = one.newState(SESSION, path);

    assertThat(other.verifyState(state, SESSION, CODE).returnPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/.//evil.example",
        "/a//b",
        "/a?next=http://evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nLocation:x",
        "/a#b",
        "/商",
        "/a b",
        " /a",
        "/12345678901234567890123456789012345678901234567890"
      })
  void whatMightLeadElsewhereIsRefusedAndNotShown(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.newState(SESSION, path))
        .withMessageStartingWith("returnPath must ")
        .withMessageNotContainingAny("evil", "http:", "alert", "Location");
  }

  // Bad input

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void blankArgumentsAreNamed(String blank) {
    String state = one.newState(SESSION);

    assertBlank("visitor", () -> one.newState(blank));
    assertBlank("visitor", () -> one.newState(blank, "/a"));
    assertBlank("returnPath", () -> one.newState(SESSION, blank));
    assertBlank("visitor", () -> one.verifyState(state, blank, CODE));
    assertBlank("code", () -> one.verifyState(state, SESSION, blank));
  }

  private static void assertBlank(String argument, Runnable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call::run)
        .withMessage(argument + " must not be blank");
  }

  @Test
  void aClosedClientVerifiesNothing() {
    String state = one.newState(SESSION);
    one.close();

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> one.verifyState(state, SESSION, CODE));
  }

  @Test
  void neitherCodeNorBindingNorStateIsInTheNamesOfLeases() {
    StoreDouble store = new StoreDouble(new MemoryTokenStore());
    try (WeChatOAuth process = cluster.process(b -> b.store(store))) {
      String state = process.newState(SESSION);
      process.verifyState(state, SESSION, CODE);

      assertThat(store.held().keySet())
          .hasSize(2)
          .allMatch(name -> name.matches("state:(used|code):[0-9a-f]{64}"));
    }
  }

  /** RFC 5869, appendix A.1: the first 32 of 42 bytes. */
  @Test
  void theKeyIsDerivedAsRfc5869Says() {
    byte[] secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);

    byte[] key =
        States.hkdf(
            HexFormat.of().parseHex("000102030405060708090a0b0c"),
            secret,
            HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9"));

    assertThat(HexFormat.of().formatHex(key))
        .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  }

  @Test
  void theSecretIsNotInAState() {
    try (WeChatOAuth canary = WeChatOAuth.builder("wx0", "CANARY").store(cluster.store).build()) {
      String state = canary.newState("CANARY", "/CANARY-path");

      byte[] bytes = new BigInteger(state.substring(1), 36).toByteArray();
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).containsOnlyOnce("CANARY");
    }
  }

  private static <T> List<T> successes(List<CompletableFuture<T>> uses) {
    awaitAll(uses);
    return uses.stream()
        .filter(use -> !use.isCompletedExceptionally())
        .map(CompletableFuture::join)
        .toList();
  }

  private static <T> List<Throwable> failures(List<CompletableFuture<T>> uses) {
    awaitAll(uses);
    return uses.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .map(use -> use.handle((value, e) -> e instanceof CompletionException c ? cause(c) : e))
        .map(CompletableFuture::join)
        .toList();
  }

  private static Throwable cause(CompletionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  private static <T> void awaitAll(List<CompletableFuture<T>> uses) {
    uses.forEach(use -> use.handle((value, e) -> true).join());
  }
}
