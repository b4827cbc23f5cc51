package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import io.github.wxtoken.simulator.SimulatorClock;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The refresh is the same for each credential source. The one here needs no user, as an app's own
 * token does: the first record is fetched like every other one.
 */
class CredentialSourceTest {
  private static final String KEY = "app:wx1";
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(5);

  private final TestCluster cluster = new TestCluster();
  private final SimulatorClock clock = cluster.weChat.clock();
  private final StoreDouble store = cluster.store;
  private final EventLog events = new EventLog();
  private final AppSource source = new AppSource();
  private final List<Runnable> closing = new ArrayList<>();
  private final TokenRefresher one = process();
  private final TokenRefresher other = process();

  /** Numbers the records that it fetches. */
  private final class AppSource implements CredentialSource {
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile boolean needsUser;
    private volatile Runnable beforeFetch = () -> {};
    private volatile RefreshOutcome failuresAre = RefreshOutcome.REFUSED;

    @Override
    public boolean needsUser() {
      return needsUser;
    }

    @Override
    public void requireRenewable(OAuthToken stored) {}

    @Override
    public OAuthToken fetch(String key, Optional<OAuthToken> stored) {
      int number = fetches.incrementAndGet();
      beforeFetch.run();
      return issued("AT" + number);
    }

    @Override
    public RefreshOutcome classify(WeChatOAuthException failure) {
      return failuresAre;
    }
  }

  private OAuthToken issued(String accessToken) {
    return OAuthToken.builder()
        .openid(KEY)
        .accessToken(accessToken)
        .expiresIn(LIFE.toSeconds())
        .createAt(clock.millis())
        .build();
  }

  private TokenRefresher process() {
    Events told = new Events("wx1", events);
    Workers workers = new Workers("refresh", told);
    TokenSaver saver = new TokenSaver();
    UnsavedTokens unsaved = new UnsavedTokens(store, told, saver);
    closing.add(workers::shutdown);
    closing.add(saver::close);
    return new TokenRefresher(
        store,
        source,
        new Failures(clock, source::classify),
        unsaved,
        workers,
        told,
        RefreshPolicy.fitting(HTTP_TIMEOUT),
        HTTP_TIMEOUT,
        clock,
        false);
  }

  @AfterEach
  void close() {
    closing.forEach(Runnable::run);
    cluster.close();
  }

  @Test
  void theFirstRecordIsFetchedOnceByManyThreadsOfTwoProcesses() {
    assertThat(whatAllGet()).containsOnly(issued("AT1"));

    assertThat(store.getToken(KEY)).contains(issued("AT1"));
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void anExpiryCostsOneFetch() {
    one.usableToken(KEY, null);
    for (int expiry = 1; expiry <= 3; expiry++) {
      clock.advance(LIFE);

      assertThat(whatAllGet()).containsOnly(issued("AT" + (expiry + 1)));
      assertThat(source.fetches).hasValue(expiry + 1);
    }
  }

  /** Returns what 32 threads of each of the two processes get. */
  private List<OAuthToken> whatAllGet() {
    clock.freeze();
    List<CompletableFuture<OAuthToken>> calls = new ArrayList<>();
    calls.addAll(together(32, () -> one.usableToken(KEY, null)));
    calls.addAll(together(32, () -> other.usableToken(KEY, null)));
    return calls.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void noCallerWaitsForAFetchWhileTheOldRecordIsValid() {
    clock.freeze();
    OAuthToken old = one.usableToken(KEY, null);
    clock.advance(LIFE.minusSeconds(30));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch resume = new CountDownLatch(1);
    source.beforeFetch =
        () -> {
          begun.countDown();
          await(resume);
        };
    CompletableFuture<OAuthToken> leader = async(() -> one.usableToken(KEY, null));
    await(begun);

    assertThat(one.usableToken(KEY, null)).isEqualTo(old);
    assertThat(other.usableToken(KEY, null)).isEqualTo(old);

    resume.countDown();
    assertThat(leader.join()).isEqualTo(issued("AT2"));
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void aRejectedRecordIsReplacedByOneFetchForAllWhoSawTheRejection() {
    clock.freeze();
    OAuthToken rejected = one.usableToken(KEY, null);

    List<CompletableFuture<OAuthToken>> calls = together(32, () -> one.usableToken(KEY, rejected));

    assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(issued("AT2")));
    assertThat(other.usableToken(KEY, rejected)).as("a late caller").isEqualTo(issued("AT2"));
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void aFirstRecordThatAnotherProcessSavedMeanwhileIsNotOverwritten() {
    clock.freeze();
    store.beforeSaveIfAbsent = () -> store.saveToken(KEY, issued("theirs"));

    assertThat(one.usableToken(KEY, null)).isEqualTo(issued("theirs"));
    assertThat(store.getToken(KEY)).contains(issued("theirs"));
  }

  @Test
  void aFirstRecordThatTheStoreDidNotTakeIsServedAndSavedLater() {
    clock.freeze();
    AtomicBoolean fails = new AtomicBoolean(true);
    store.beforeSaveIfAbsent =
        () -> {
          if (fails.get()) {
            throw new TokenStoreException("READONLY", null);
          }
        };

    assertThat(one.usableToken(KEY, null)).isEqualTo(issued("AT1"));
    assertThat(one.usableToken(KEY, null)).as("another call").isEqualTo(issued("AT1"));
    fails.set(false);
    events.await("unsaved " + KEY + " SAVED", 1);

    assertThat(store.getToken(KEY)).contains(issued("AT1"));
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aRecordThatIsDeletedBetweenTwoCallsIsFetchedAgain() {
    clock.freeze();
    one.usableToken(KEY, null);
    store.deleteToken(KEY);

    assertThat(one.usableToken(KEY, null)).isEqualTo(issued("AT2"));
    assertThat(store.getToken(KEY)).contains(issued("AT2"));
  }

  @ParameterizedTest
  @CsvSource({"FAILED, 1", "REFUSED, 60", "REAUTHORIZATION_REQUIRED, 60"})
  void aFailureOfTheFirstFetchIsRememberedAsTheSourceClassifiesIt(
      RefreshOutcome classified, int seconds) {
    clock.freeze();
    source.failuresAre = classified;
    source.beforeFetch =
        () -> {
          throw new WeChatApiException(40125, "invalid appsecret");
        };
    assertFails();

    clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertFails();
    assertThat(source.fetches).as("within the %s s", seconds).hasValue(1);

    clock.advance(Duration.ofMillis(1));
    source.beforeFetch = () -> {};
    assertThat(one.usableToken(KEY, null)).isEqualTo(issued("AT2"));
  }

  private void assertFails() {
    assertThatThrownBy(() -> one.usableToken(KEY, null))
        .isInstanceOf(WeChatApiException.class)
        .hasMessageContaining("40125");
  }

  @Test
  void aSourceThatNeedsAUserFetchesNoFirstRecord() {
    source.needsUser = true;

    assertThatThrownBy(() -> one.usableToken(KEY, null)).isInstanceOf(NoTokenException.class);
    assertThat(source.fetches).hasValue(0);
  }
}
