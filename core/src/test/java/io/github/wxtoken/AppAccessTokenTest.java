package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The app's own access token: one fetch per expiry in the cluster, and no waiting before. */
class AppAccessTokenTest {
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY = "app:" + WeChatSimulator.APPID;

  private final TestCluster cluster = new TestCluster();
  private final EventLog events = new EventLog();
  private final WeChatApp one = cluster.app(b -> b.listener(events));
  private final WeChatApp other = cluster.app(b -> b.listener(events));

  @BeforeEach
  void freeze() {
    cluster.weChat.clock().freeze();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private long fetches() {
    return cluster.weChat.counters().appTokenFetches(WeChatSimulator.APPID);
  }

  private long calls() {
    return cluster.weChat.counters().calls(Endpoint.STABLE_TOKEN);
  }

  private void passes(Duration time) {
    cluster.weChat.clock().advance(time);
  }

  /** Returns what 32 threads of each of the two processes get at once. */
  private List<AppAccessToken> whatAllGet(WeChatApp first, WeChatApp second) {
    List<CompletableFuture<AppAccessToken>> calls = new ArrayList<>();
    calls.addAll(together(32, first::getAccessToken));
    calls.addAll(together(32, second::getAccessToken));
    return calls.stream().map(CompletableFuture::join).toList();
  }

  /** Calls an API as an application does. */
  private void assertWeChatAccepts(AppAccessToken token) {
    assertThat(SimulatedApi.menuErrcode(cluster.weChat, token)).isZero();
  }

  @Nested
  class Fetching {

    @ParameterizedTest
    @EnumSource(AppTokenMode.class)
    void theFirstTokenIsFetchedOnceForAllThreadsOfAllProcesses(AppTokenMode mode) {
      WeChatApp first = cluster.app(b -> b.appTokenMode(mode));
      WeChatApp second = cluster.app(b -> b.appTokenMode(mode));

      List<AppAccessToken> tokens = whatAllGet(first, second);

      assertThat(tokens).containsOnly(tokens.get(0));
      assertWeChatAccepts(tokens.get(0));
      assertThat(tokens.get(0).expiresAt())
          .isEqualTo(Instant.ofEpochMilli(cluster.weChat.clock().millis()).plus(LIFE));
      assertThat(fetches()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(AppTokenMode.class)
    void eachExpiryCostsOneFetch(AppTokenMode mode) {
      WeChatApp first = cluster.app(b -> b.appTokenMode(mode));
      WeChatApp second = cluster.app(b -> b.appTokenMode(mode));
      first.getAccessToken();
      for (int expiry = 1; expiry <= 3; expiry++) {
        passes(LIFE);

        List<AppAccessToken> tokens = whatAllGet(first, second);

        assertThat(tokens).containsOnly(tokens.get(0));
        assertWeChatAccepts(tokens.get(0));
        assertThat(fetches()).isEqualTo(1 + expiry);
      }
    }

    @Test
    void theModesUseWeChatsTwoEndpoints() {
      one.getAccessToken();
      assertThat(cluster.weChat.counters().calls(Endpoint.STABLE_TOKEN)).isEqualTo(1);

      cluster.store.deleteToken(KEY);
      cluster.app(b -> b.appTokenMode(AppTokenMode.CLASSIC)).getAccessToken();
      assertThat(cluster.weChat.counters().calls(Endpoint.TOKEN)).isEqualTo(1);
    }

    @Test
    void aClientOfUsersHasTheAppsTokenInTheSameStore() {
      WeChatOAuth oauth = cluster.process();

      assertThat(oauth.app().getAccessToken()).isEqualTo(one.getAccessToken());
      assertThat(oauth.app()).isSameAs(oauth.app());
      assertThat(fetches()).isEqualTo(1);
    }

    @Test
    void aRecordThatCannotBeReadIsReplaced() {
      one.getAccessToken();
      cluster.store.corrupt = KEY::equals;

      assertWeChatAccepts(other.getAccessToken());

      cluster.store.corrupt = key -> false;
      assertWeChatAccepts(cluster.app().getAccessToken());
    }

    @Test
    void aTokenThatCouldNotReplaceAnUnreadableRecordIsServedAndSavedLater() {
      one.getAccessToken();
      AtomicBoolean unreadable = spoil();
      cluster.store.beforeSave =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };

      AppAccessToken token = other.getAccessToken();
      assertWeChatAccepts(token);
      passes(Duration.ofSeconds(10));
      assertThat(other.getAccessToken()).as("nothing is fetched again").isEqualTo(token);
      assertThat(fetches()).isEqualTo(2);

      AtomicBoolean underTheLease = new AtomicBoolean();
      cluster.store.beforeSave =
          () -> underTheLease.set(cluster.store.held().containsKey("refresh:" + KEY));
      events.await("unsaved " + KEY + " SAVED", 1);
      assertThat(unreadable).isFalse();
      assertThat(underTheLease).isTrue();
      assertThat(cluster.app().getAccessToken()).isEqualTo(token);
      assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void aTokenThatFoundNoStoreReplacesAnUnreadableRecordLater() {
      one.getAccessToken();
      spoil();
      cluster.store.beforeSaveIfAbsent =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };

      AppAccessToken token = other.getAccessToken();
      cluster.store.beforeSaveIfAbsent = () -> {};
      events.await("unsaved " + KEY + " SAVED", 1);

      assertThat(cluster.app().getAccessToken()).isEqualTo(token);
    }

    @Test
    void aTokenThatWaitsDoesNotReplaceARecordThatAnotherProcessHasReplaced() {
      AppAccessToken theirs = one.getAccessToken();
      AtomicBoolean unreadable = spoil();
      cluster.store.beforeSave =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };
      other.getAccessToken();
      events.await("unsaved " + KEY + " FAILED_AGAIN", 1);

      unreadable.set(false);
      events.await("unsaved " + KEY + " SUPERSEDED", 1);
      assertThat(cluster.store.getToken(KEY).orElseThrow().accessToken()).isEqualTo(theirs.value());
    }

    /** Makes the record unreadable until something is saved over it. */
    private AtomicBoolean spoil() {
      AtomicBoolean unreadable = new AtomicBoolean(true);
      cluster.store.corrupt = key -> unreadable.get() && KEY.equals(key);
      cluster.store.afterSave = () -> unreadable.set(false);
      return unreadable;
    }
  }

  @Nested
  class Memory {
    private final AtomicInteger reads = new AtomicInteger();

    private void countReads() {
      cluster.store.beforeGet = reads::incrementAndGet;
    }

    @Test
    void forFiveSecondsATokenIsReadFromMemory() {
      AppAccessToken token = one.getAccessToken();
      countReads();

      passes(Duration.ofSeconds(5).minusMillis(1));
      assertThat(one.getAccessToken()).isSameAs(token);
      assertThat(reads).hasValue(0);

      passes(Duration.ofMillis(1));
      assertThat(one.getAccessToken()).isEqualTo(token);
      assertThat(reads).hasValue(1);
    }

    @Test
    void whileOneThreadReadsTheOthersUseTheMemoryUpToTenSeconds() {
      AppAccessToken token = one.getAccessToken();
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch goesOn = new CountDownLatch(1);
      cluster.store.beforeGet =
          () -> {
            reads.incrementAndGet();
            reading.countDown();
            await(goesOn);
          };
      passes(Duration.ofSeconds(5));
      CompletableFuture<AppAccessToken> reader = async(one::getAccessToken);
      await(reading);

      passes(Duration.ofSeconds(5).minusMillis(1));
      assertThat(one.getAccessToken()).isSameAs(token);
      assertThat(reads).hasValue(1);

      passes(Duration.ofMillis(1));
      CompletableFuture<AppAccessToken> second = async(one::getAccessToken);
      goesOn.countDown();
      assertThat(reader.join()).isEqualTo(token);
      assertThat(second.join()).isEqualTo(token);
      assertThat(reads).hasValue(2);
    }

    @Test
    void anotherProcessesTokenIsSeenAfterTenSeconds() {
      one.getAccessToken();
      other.getAccessToken();
      cluster.weChat.killAppTokens(WeChatSimulator.APPID);
      AppAccessToken next = one.invalidate(one.getAccessToken());
      assertThat(other.getAccessToken()).isNotEqualTo(next);

      passes(Duration.ofSeconds(10));

      assertThat(other.getAccessToken()).isEqualTo(next);
    }

    @Test
    void zeroTurnsTheMemoryOff() {
      WeChatApp app = cluster.app(b -> b.appTokenCopy(Duration.ZERO));
      app.getAccessToken();
      countReads();

      app.getAccessToken();
      app.getAccessToken();

      assertThat(reads).hasValue(2);
    }

    @Test
    void anExpiredTokenIsNotReadFromMemory() {
      cluster.behaviour().expiresIn(4);
      AppAccessToken first = one.getAccessToken();

      passes(Duration.ofSeconds(4));

      assertThat(one.getAccessToken()).isNotEqualTo(first);
    }

    @Test
    void aClockThatIsSetBackEndsTheCopy() {
      one.getAccessToken();
      countReads();

      passes(Duration.ofMinutes(-5));
      one.getAccessToken();

      assertThat(reads).hasValue(1);
    }
  }

  @Nested
  class RefreshAhead {

    @ParameterizedTest
    @EnumSource(AppTokenMode.class)
    void nobodyWaitsForItWhileTheOldTokenLives(AppTokenMode mode) throws Exception {
      WeChatApp first = cluster.app(b -> b.appTokenMode(mode).listener(events));
      WeChatApp second = cluster.app(b -> b.appTokenMode(mode).listener(events));
      AppAccessToken old = first.getAccessToken();
      passes(LIFE.minusMinutes(4));
      Endpoint endpoint = mode == AppTokenMode.STABLE ? Endpoint.STABLE_TOKEN : Endpoint.TOKEN;
      try (Gate gate = cluster.weChat.faults().hold(endpoint)) {
        assertThat(whatAllGet(first, second)).containsOnly(old);
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
        passes(Duration.ofSeconds(10));
        assertThat(whatAllGet(first, second)).as("while WeChat is asked").containsOnly(old);
      }
      events.await("fetched ACCESS_TOKEN AHEAD FETCHED", 1);
      passes(Duration.ofSeconds(10));

      AppAccessToken next = first.getAccessToken();
      assertThat(next).isNotEqualTo(old);
      assertThat(second.getAccessToken()).isEqualTo(next);
      assertWeChatAccepts(next);
      assertWeChatAccepts(old);
      assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void itBeginsFiveMinutesBeforeTheEnd() {
      AppAccessToken old = one.getAccessToken();

      passes(LIFE.minusMinutes(5).minusMillis(1));
      assertThat(one.getAccessToken()).isEqualTo(old);
      passes(Duration.ofSeconds(10));
      assertThat(one.getAccessToken()).isEqualTo(old);

      events.await("fetched ACCESS_TOKEN AHEAD FETCHED", 1);
      assertThat(calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(AppTokenMode.class)
    void tenExpiriesCostTenFetches(AppTokenMode mode) {
      WeChatApp first = cluster.app(b -> b.appTokenMode(mode).listener(events));
      WeChatApp second = cluster.app(b -> b.appTokenMode(mode).listener(events));
      first.getAccessToken();
      for (int expiry = 1; expiry <= 10; expiry++) {
        passes(LIFE.minusMinutes(4));
        whatAllGet(first, second);
        events.await("fetched ACCESS_TOKEN AHEAD FETCHED", expiry);
      }

      assertThat(cluster.weChat.counters().appTokensIssued(WeChatSimulator.APPID)).isEqualTo(11);
      assertThat(fetches()).isEqualTo(11);
    }

    @Test
    void aFailureLeavesTheOldTokenInUseUntilItsEnd() {
      AppAccessToken old = one.getAccessToken();
      cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.httpError(502).times(1_000));
      passes(LIFE.minusMinutes(3));

      assertThat(one.getAccessToken()).isEqualTo(old);
      events.await("fetched ACCESS_TOKEN AHEAD FAILED", 1);
      passes(Duration.ofMinutes(3).minusMillis(1));
      assertThat(one.getAccessToken()).isEqualTo(old);
      events.await("fetched ACCESS_TOKEN AHEAD FAILED", 2);

      passes(Duration.ofMinutes(2));
      assertThatThrownBy(one::getAccessToken)
          .isInstanceOf(WeChatTransportException.class)
          .hasMessageContaining("502");
      cluster.weChat.faults().clear();
      passes(Duration.ofMinutes(1));
      assertWeChatAccepts(one.getAccessToken());
    }

    @Test
    void aFailureIsNotRepeatedByEachCaller() {
      cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.httpError(502).times(1_000));

      for (int i = 0; i < 100; i++) {
        assertThat(catchThrowable(one::getAccessToken))
            .isInstanceOf(WeChatTransportException.class);
      }

      assertThat(calls()).isEqualTo(1);
    }
  }

  @Nested
  class StoreOutage {

    @Test
    void aProcessBridgesItForFourMinutesFromItsMemory() {
      AppAccessToken token = one.getAccessToken();
      cluster.store.goAway();

      passes(Duration.ofMinutes(4).minusMillis(1));
      assertThat(one.getAccessToken()).isEqualTo(token);

      passes(Duration.ofMillis(1001));
      assertThatThrownBy(one::getAccessToken).isInstanceOf(TokenStoreException.class);

      cluster.store.comeBack();
      assertThat(one.getAccessToken()).isEqualTo(token);
    }

    @Test
    void aProcessAsksAFailedStoreOncePerSecond() {
      one.getAccessToken();
      passes(Duration.ofSeconds(10));
      AtomicInteger attempts = new AtomicInteger();
      cluster.store.beforeGet =
          () -> {
            attempts.incrementAndGet();
            throw new TokenStoreException("the store is away", null);
          };

      one.getAccessToken();
      one.getAccessToken();
      assertThat(attempts).hasValue(1);

      passes(Duration.ofSeconds(1));
      one.getAccessToken();
      assertThat(attempts).hasValue(2);
    }

    @Test
    void oneThreadAsksAFailedStoreAndTheOthersUseTheMemory() {
      AppAccessToken token = one.getAccessToken();
      cluster.store.goAway();
      passes(Duration.ofSeconds(10));
      assertThat(one.getAccessToken()).isEqualTo(token);
      CountDownLatch asking = new CountDownLatch(1);
      CountDownLatch fails = new CountDownLatch(1);
      cluster.store.beforeGet =
          () -> {
            asking.countDown();
            await(fails);
            throw new TokenStoreException("the store is away", null);
          };
      passes(Duration.ofSeconds(1));
      CompletableFuture<AppAccessToken> first = async(one::getAccessToken);
      await(asking);

      assertThat(one.getAccessToken()).isEqualTo(token);

      fails.countDown();
      assertThat(first.join()).isEqualTo(token);
    }

    @Test
    void aTokenThatTheStoreDidNotTakeIsServedAndSavedLater() {
      cluster.store.beforeSaveIfAbsent =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };
      AppAccessToken token = one.getAccessToken();
      assertWeChatAccepts(token);

      cluster.store.comeBack();
      events.await("unsaved " + KEY + " SAVED", 1);

      assertThat(other.getAccessToken()).isEqualTo(token);
      assertThat(fetches()).isEqualTo(1);
    }

    @Test
    void withoutAnythingInMemoryTheStoresErrorIsTheCallers() {
      cluster.store.goAway();

      assertThatThrownBy(one::getAccessToken).isInstanceOf(TokenStoreException.class);
      assertThat(calls()).as("nobody asks WeChat without the store").isZero();
    }
  }

  @Nested
  class Records {

    @Test
    void aViewEncryptsTheTokenAndTheTicket() {
      TokenStore encrypted =
          TokenStores.encrypted(
              cluster.store, AesGcmTokenCipher.builder("key1", new byte[32]).build());
      WeChatApp app = cluster.app(b -> b.store(encrypted));

      AppAccessToken token = app.getAccessToken();
      AppTicket ticket = app.getTicket(TicketType.JSAPI);

      assertThat(cluster.stored(KEY).accessToken()).doesNotContain(token.value());
      assertThat(cluster.stored("ticket:jsapi:" + WeChatSimulator.APPID).accessToken())
          .doesNotContain(ticket.value());
      assertThat(cluster.app(b -> b.store(encrypted)).getAccessToken()).isEqualTo(token);
    }

    @Test
    void anAppsRecordIsNobodysToken() {
      one.getAccessToken();
      WeChatOAuth oauth = cluster.process();

      assertThatThrownBy(() -> oauth.getValidToken(KEY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("app().getAccessToken()");
      assertThatThrownBy(() -> oauth.getUser("ticket:jsapi:" + WeChatSimulator.APPID))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAppidOfWhichNoKeyCanBeMadeIsRefusedBeforeAnything() {
      assertThatThrownBy(() -> WeChatApp.builder("wx:1", "secret"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("appid must be 1 to 64 characters");
    }

    @Test
    void aCopyLivesForAMinuteAtMost() {
      assertThatThrownBy(() -> cluster.app(b -> b.appTokenCopy(Duration.ofSeconds(61))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("atMost must be from zero to a minute");
    }
  }

  @Test
  void theListenerLearnsOfEachFetchAndWhy() {
    one.getAccessToken();
    passes(LIFE);
    one.getAccessToken();
    cluster.weChat.killAppTokens(WeChatSimulator.APPID);
    one.invalidate(one.getAccessToken());
    events.await("fetched ACCESS_TOKEN REFUSED FETCHED", 1);

    assertThat(events.all())
        .filteredOn(event -> event.startsWith("fetched"))
        .containsExactly(
            "fetched ACCESS_TOKEN FIRST FETCHED",
            "fetched ACCESS_TOKEN EXPIRED FETCHED",
            "fetched ACCESS_TOKEN REFUSED FETCHED");
    assertThat(events.apps()).containsOnly(WeChatSimulator.APPID);
  }

  @Test
  void aClosedClientSaysSo() {
    one.close();
    one.close();

    assertThatThrownBy(one::getAccessToken)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this client is closed");
  }

  @Test
  void callersThatWaitForWeChatAreNotHeldUpByAFetchOfATicket() throws Exception {
    one.getAccessToken();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.TICKET)) {
      CompletableFuture<AppTicket> ticket = async(() -> one.getTicket(TicketType.JSAPI));
      assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
      passes(LIFE);

      assertWeChatAccepts(one.getAccessToken());

      gate.release();
      assertThat(ticket.join().value()).isNotBlank();
    }
  }
}
