package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store keeps the newest session of a mini program's user. */
class SessionOrderTest {
  private static final String APPID = "wxmini";

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = client(Duration.ZERO);

  SessionOrderTest() {
    cluster.weChat.addApp(SimulatorApp.of(APPID, "secret", AppKind.MINI_PROGRAM));
  }

  @AfterEach
  void close() {
    one.close();
    cluster.close();
  }

  private WeChatOAuth client(Duration off) {
    return client(Clock.offset(cluster.weChat.clock(), off));
  }

  private WeChatOAuth client(Clock clock) {
    return WeChatOAuth.builder(APPID, "secret")
        .store(cluster.store)
        .miniProgram(true)
        .apiEndpoint(cluster.weChat.uri())
        .clock(clock)
        .build();
  }

  private OAuthToken signIn(WeChatOAuth client) {
    return client.getSessionKey(cluster.weChat.miniProgramLogin(APPID, "amy"));
  }

  private OAuthToken stored() {
    return cluster.stored(cluster.weChat.openid(APPID, "amy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1M", "PT1M", "PT-15M", "PT-26H", "PT8760H"})
  void aLaterSignInStaysWhateverTheClockOfItsMachineSays(Duration off) {
    try (WeChatOAuth other = client(off)) {
      signIn(one);
      OAuthToken second = signIn(other);
      assertThat(stored()).isEqualTo(second);

      OAuthToken third = signIn(one);
      assertThat(stored()).isEqualTo(third);
    }
  }

  @Test
  void aLaterSignInStaysAfterTheClockOfItsMachineWasSetBack() {
    signIn(one);
    cluster.weChat.clock().advance(Duration.ofHours(-1));

    OAuthToken later = signIn(one);

    assertThat(stored()).isEqualTo(later);
  }

  @Test
  void aRecordOfTheFarFutureDoesNotLockASessionOut() {
    OAuthToken session = signIn(one);
    cluster.store.saveToken(
        session.openid(), session.toBuilder().createAt(9_000_000_000_000L).build());

    OAuthToken later = signIn(one);

    assertThat(stored()).isEqualTo(later);
  }

  /** The request that is begun first reaches WeChat last, so its key is the one that lives. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofTwoRequestsThatWeChatTakesUpInTheOtherOrderTheLaterKeyStays(boolean twoProcesses)
      throws Exception {
    StallingClock clock = new StallingClock(cluster.weChat.clock());
    try (WeChatOAuth stalling = client(clock);
        WeChatOAuth other = client(cluster.weChat.clock())) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      clock.stall(
          () -> {
            begun.countDown();
            await(goOn);
          });
      CompletableFuture<OAuthToken> begunFirst = async(() -> signIn(stalling));
      await(begun);
      cluster.weChat.clock().advance(Duration.ofSeconds(2));
      OAuthToken answeredFirst = signIn(twoProcesses ? other : stalling);
      assertThat(stored()).isEqualTo(answeredFirst);
      goOn.countDown();

      OAuthToken answeredLast = begunFirst.join();
      assertThat(answeredLast.createAt()).isLessThan(answeredFirst.createAt());
      assertThat(stored()).isEqualTo(answeredLast);
    }
  }

  /** A clock that is read once by a thread that then stands still. */
  private static final class StallingClock extends Clock {
    private final Clock clock;
    private final AtomicReference<Runnable> stall = new AtomicReference<>(() -> {});

    StallingClock(Clock clock) {
      this.clock = clock;
    }

    void stall(Runnable once) {
      stall.set(once);
    }

    @Override
    public long millis() {
      long now = clock.millis();
      stall.getAndSet(() -> {}).run();
      return now;
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public ZoneId getZone() {
      return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return clock.withZone(zone);
    }
  }

  @Test
  void ofTwoSessionsOfOneProcessTheOneThatIsAnsweredLastStaysAlthoughItIsSavedFirst()
      throws Exception {
    signIn(one);
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    cluster.store.beforeReplace =
        () -> {
          if (first.getAndSet(false)) {
            answered.countDown();
            await(goOn);
          }
        };
    CompletableFuture<OAuthToken> earlier = async(() -> signIn(one));
    await(answered);
    OAuthToken later = signIn(one);
    goOn.countDown();

    assertThat(earlier.join().sessionKey()).isNotEqualTo(later.sessionKey());
    assertThat(stored()).isEqualTo(later);
  }

  @Test
  void aSignInInAnotherProcessMeanwhileDoesNotKeepASessionFromBeingSaved() {
    signIn(one);
    try (WeChatOAuth other = client(Duration.ofMinutes(1))) {
      cluster.store.beforeReplace =
          () -> {
            cluster.store.beforeReplace = () -> {};
            signIn(other);
          };

      OAuthToken savedLast = signIn(one);

      assertThat(stored()).isEqualTo(savedLast);
    }
  }
}
