package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static io.github.wxtoken.TestCluster.start;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.Timing;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The refresh of docs/design.md, step by step and interleaving by interleaving. */
class TokenRefresherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private OAuthToken login() {
    return one.getAccessToken(cluster.code("amy"));
  }

  /** Step 1: a usable token costs one read. */
  @Nested
  class Step1ReadTheStore {

    @Test
    void aUserWhoNeverSignedInHasNoToken() {
      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(NoTokenException.class)
          .hasMessage("No token for " + openid + ", please authorize first.");
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aTokenThatIsValidForLongIsReturnedAsItIs() {
      OAuthToken token = login();

      assertThat(other.getValidToken(openid)).isEqualTo(token);
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aTokenIsRefreshedAMinuteBeforeItsEnd() {
      OAuthToken token = login();
      cluster.nearlyExpire();

      OAuthToken renewed = one.getValidToken(openid);

      assertThat(renewed.createAt()).isGreaterThan(token.createAt());
      assertThat(cluster.stored(openid)).isEqualTo(renewed);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aShortLifeIsUsedUpToItsHalf() {
      cluster.behaviour().expiresIn(60);
      cluster.weChat.clock().freeze();
      OAuthToken token = login();

      cluster.weChat.clock().advance(Duration.ofSeconds(29));
      assertThat(one.getValidToken(openid)).isEqualTo(token);
      assertThat(cluster.refreshes()).isZero();

      cluster.weChat.clock().advance(Duration.ofSeconds(1));
      assertThat(one.getValidToken(openid)).isNotEqualTo(token);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aTokenWithoutARefreshTokenNeedsANewAuthorizationAndNoCall() {
      OAuthToken token = login();
      cluster.store.saveToken(openid, token.toBuilder().refreshToken(null).build());
      cluster.expire();

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aStoreThatCannotAnswerIsAnErrorAndNotAMissingToken() {
      login();
      cluster.store.goAway();

      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);
    }
  }

  /** Step 2: one thread of a process leads. */
  @Nested
  class Step2SingleFlight {

    @Test
    void manyThreadsAndProcessesCostOneRefresh() {
      login();
      cluster.expire();

      List<CompletableFuture<OAuthToken>> here = together(32, () -> one.getValidToken(openid));
      List<CompletableFuture<OAuthToken>> there = together(32, () -> other.getValidToken(openid));

      OAuthToken renewed = here.get(0).join();
      assertThat(here).allSatisfy(token -> assertThat(token.join()).isEqualTo(renewed));
      assertThat(there).allSatisfy(token -> assertThat(token.join()).isEqualTo(renewed));
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void anInterruptedLeaderLeavesAndTheOthersGetTheToken() throws Exception {
      login();
      cluster.expire();
      AtomicBoolean stillInterrupted = new AtomicBoolean();
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        Running<OAuthToken> leading = start(validToken(stillInterrupted));
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
        CompletableFuture<OAuthToken> waiting = async(() -> one.getValidToken(openid));

        leading.thread().interrupt();

        assertThatThrownBy(leading.result()::join)
            .hasCauseInstanceOf(WeChatTransportException.class)
            .hasMessageContaining("interrupted");
        assertThat(stillInterrupted).isTrue();
        gate.release();
        assertThat(waiting.join().isValid(cluster.weChat.clock().instant())).isTrue();
      }
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aLeaderInterruptedWhileAPeerRefreshesIsReplacedByAWaiter() throws Exception {
      login();
      cluster.expire();
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        CompletableFuture<OAuthToken> peer = async(() -> other.getValidToken(openid));
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
        CountDownLatch leads = new CountDownLatch(1);
        cluster.store.beforeLease = leads::countDown;
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Running<OAuthToken> leading = start(validToken(stillInterrupted));
        assertThat(leads.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<OAuthToken> waiting = async(() -> one.getValidToken(openid));

        leading.thread().interrupt();
        assertThatThrownBy(leading.result()::join)
            .hasCauseInstanceOf(WeChatTransportException.class);
        assertThat(stillInterrupted).isTrue();
        gate.release();

        assertThat(waiting.join()).isEqualTo(peer.join());
      }
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aLeaderInterruptedInsideTheStoreIsReplacedByAWaiter() throws Exception {
      OAuthToken old = login();
      cluster.expire();
      Lease peers =
          cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5)).orElseThrow();
      CountDownLatch polls = new CountDownLatch(1);
      AtomicBoolean held = new AtomicBoolean();
      CountDownLatch never = new CountDownLatch(1);
      CountDownLatch leads = new CountDownLatch(1);
      cluster.store.beforeLease =
          () -> {
            leads.countDown();
            cluster.store.beforeGet =
                () -> {
                  if (held.compareAndSet(false, true)) {
                    polls.countDown();
                    interruptibly(never);
                  }
                };
          };
      Running<OAuthToken> leading = start(() -> one.getValidToken(openid));
      assertThat(polls.await(60, TimeUnit.SECONDS)).isTrue();
      Running<OAuthToken> waiting = start(() -> one.getValidToken(openid));
      awaitThatItWaits(waiting.thread());

      leading.thread().interrupt();
      assertThatThrownBy(leading.result()::join).hasCauseInstanceOf(TokenStoreException.class);
      peers.close();

      assertThat(waiting.result().join().createAt()).isGreaterThan(old.createAt());
    }

    @Test
    void aRefusalIsSharedByAllWhoWait() {
      login();
      cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
      cluster.expire();

      List<CompletableFuture<OAuthToken>> calls = together(16, () -> one.getValidToken(openid));

      assertThat(calls)
          .allSatisfy(
              call ->
                  assertThatThrownBy(call::join)
                      .hasCauseInstanceOf(ReauthorizationRequiredException.class));
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    /** A call that leaves behind whether its thread was still interrupted at its end. */
    private Callable<OAuthToken> validToken(AtomicBoolean stillInterrupted) {
      return () -> {
        try {
          return one.getValidToken(openid);
        } finally {
          stillInterrupted.set(Thread.currentThread().isInterrupted());
        }
      };
    }

    /** Waits as drivers do: an interrupt becomes an exception of theirs. */
    private static void interruptibly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TokenStoreException("interrupted", e);
      }
    }
  }

  /** Step 3: one process of the cluster holds the lease. */
  @Nested
  class Step3AcquireTheLease {

    @Test
    void aHolderThatDiesIsReplacedWhenItsLeaseIsOver() {
      login();
      cluster.expire();
      // Nobody releases this lease: its holder is dead.
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMillis(700))).isPresent();

      assertThat(one.getValidToken(openid).isValid(cluster.weChat.clock().instant())).isTrue();
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aWaiterWhoseDeadlineIsOverSaysWhatItWaitedFor() {
      login();
      cluster.expire();
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5))).isPresent();
      WeChatOAuth hasty =
          cluster.process(
              b ->
                  b.httpTimeout(Duration.ofMillis(200))
                      .refreshPolicy(
                          new RefreshPolicy(
                              Duration.ZERO,
                              Duration.ofMillis(50),
                              Duration.ofMillis(350),
                              Duration.ofMillis(1_700))));

      assertThatThrownBy(() -> hasty.getValidToken(openid))
          .isInstanceOf(WeChatTransportException.class)
          .hasMessageContaining("deadline")
          .hasMessageContaining("another process's refresh");

      cluster.store.beforeLease =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };
      assertThatThrownBy(() -> hasty.getValidToken(openid))
          .isInstanceOf(WeChatTransportException.class)
          .hasMessageContaining("fails to lease")
          .hasRootCauseMessage("READONLY");
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aTokenThatIsDeletedWhileAPeerRefreshesIsGone() throws Exception {
      login();
      cluster.expire();
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5))).isPresent();
      CountDownLatch asked = new CountDownLatch(2);
      cluster.store.beforeLease = asked::countDown;
      CompletableFuture<OAuthToken> waiting = async(() -> one.getValidToken(openid));
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

      cluster.store.deleteToken(openid);

      assertThatThrownBy(waiting::join).hasCauseInstanceOf(NoTokenException.class);
    }

    @Test
    void aStoreThatFailsWhileAPeerRefreshesFailsAllWhoWaitAndAtOnce() throws Exception {
      login();
      cluster.expire();
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5))).isPresent();
      CountDownLatch leads = new CountDownLatch(1);
      cluster.store.beforeLease = leads::countDown;
      CompletableFuture<OAuthToken> leading = async(() -> one.getValidToken(openid));
      assertThat(leads.await(60, TimeUnit.SECONDS)).isTrue();
      Running<OAuthToken> waiting = start(() -> one.getValidToken(openid));
      awaitThatItWaits(waiting.thread());

      cluster.store.goAway();

      // Left alone, who waits would end at its deadline, with another exception.
      assertThatThrownBy(leading::join).hasCauseInstanceOf(TokenStoreException.class);
      assertThatThrownBy(waiting.result()::join).hasCauseInstanceOf(TokenStoreException.class);
    }

    @Test
    void aLeaseThatFailsCountsAsAnothersLease() {
      login();
      cluster.expire();
      AtomicBoolean failedOnce = new AtomicBoolean();
      cluster.store.beforeLease =
          () -> {
            if (failedOnce.compareAndSet(false, true)) {
              throw new TokenStoreException("the lease table is locked", null);
            }
          };

      assertThat(one.getValidToken(openid).isValid(cluster.weChat.clock().instant())).isTrue();
      assertThat(failedOnce).isTrue();
      assertThat(cluster.refreshes()).isEqualTo(1);
    }
  }

  /** Step 4: the holder of the lease reads the store again. */
  @Nested
  class Step4ReadAgain {

    @Test
    void whoGetsTheLeaseReadsAgainAndFindsWhatAPeerHasDone() {
      login();
      cluster.expire();
      AtomicReference<OAuthToken> peers = new AtomicReference<>();
      cluster.store.beforeLease =
          () -> {
            // Between the first read and the lease, a peer refreshes from beginning to end.
            cluster.store.beforeLease = () -> {};
            peers.set(other.getValidToken(openid));
          };

      assertThat(one.getValidToken(openid)).isEqualTo(peers.get());
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aTokenThatLostItsRefreshTokenMeanwhileNeedsANewAuthorizationAndNoCall() {
      OAuthToken token = login();
      cluster.expire();
      cluster.store.beforeLease =
          () -> cluster.store.saveToken(openid, token.toBuilder().refreshToken(null).build());

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aLeaseThatIsNearlyOverIsReleasedAndNotUsed() {
      login();
      cluster.expire();
      AtomicInteger granted = new AtomicInteger();
      AtomicBoolean released = new AtomicBoolean();
      cluster.store.leases =
          lease ->
              granted.incrementAndGet() > 1
                  ? lease
                  // As left by a long pause between the lease and the second read.
                  : new TimedLease(
                      System.nanoTime(),
                      Duration.ofMillis(1),
                      () -> {
                        lease.close();
                        released.set(true);
                      });

      assertThat(isAlive(one.getValidToken(openid))).isTrue();
      assertThat(released).isTrue();
      assertThat(granted).as("the refresh was done under another lease").hasValue(2);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }
  }

  /** Step 5: WeChat is asked once. */
  @Nested
  class Step5AskWeChat {

    @Test
    void anAnswerOfAnotherOpenidIsUnusable() {
      OAuthToken token = login();
      String bob = cluster.openid("bob");
      cluster.store.saveToken(bob, token.toBuilder().openid(bob).build());
      cluster.expire();

      assertThatThrownBy(() -> one.getValidToken(bob))
          .isInstanceOf(WeChatTransportException.class)
          .hasMessageContaining("another openid");
      assertThat(cluster.stored(bob).accessToken()).isEqualTo(token.accessToken());
    }

    @Test
    void aBodyThatNeverEndsIsATransportErrorForAllWhoWait() {
      login();
      cluster.expire();
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.of(Fault.Kind.HANG_IN_BODY));
      WeChatOAuth process = cluster.impatientProcess();

      List<CompletableFuture<OAuthToken>> calls = together(8, () -> process.getValidToken(openid));

      assertThat(calls)
          .allSatisfy(
              call ->
                  assertThatThrownBy(call::join)
                      .hasCauseInstanceOf(WeChatTransportException.class));
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aClosedClientFinishesWhatItHasBegun() throws Exception {
      login();
      cluster.expire();
      WeChatOAuth closing = cluster.process();
      try (Gate gate =
          cluster.weChat.faults().hold(Endpoint.REFRESH, Timing.AFTER_PROCESSING, null)) {
        CompletableFuture<OAuthToken> call = async(() -> closing.getValidToken(openid));
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
        CompletableFuture<Boolean> closed =
            async(
                () -> {
                  closing.close();
                  return true;
                });
        gate.release();

        assertThat(closed.join()).isTrue();
        assertThat(cluster.stored(openid)).isEqualTo(call.join());
      }
      assertThatThrownBy(() -> closing.getValidToken(openid))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Step 6: the answer overlays what was read, and replaces it by compare-and-set. */
  @Nested
  class Step6CompareAndSet {

    @Test
    void aRefreshKeepsWhatTheAnswerLacks() {
      OAuthToken token =
          login().toBuilder().unionid("unionid").extra(Map.of("is_new", true)).build();
      cluster.store.saveToken(openid, token);
      cluster.expire();

      OAuthToken renewed = one.getValidToken(openid);

      assertThat(renewed.unionid()).isEqualTo("unionid");
      assertThat(renewed.extra()).containsEntry("is_new", true);
      assertThat(renewed.accessToken()).isNotEqualTo(token.accessToken());
    }

    @Test
    void anAnswersFieldsTakeThePlaceOfThoseThatThereWere() {
      OAuthToken old = answer("old").refreshToken("RT-old").scope("old").unionid("u-old").build();
      OAuthToken answer =
          answer("new").refreshToken("RT-new").scope("new").unionid("u-new").createAt(2).build();

      assertThat(old.overlay(answer)).isEqualTo(answer);
    }

    @Test
    void anAnswerWithoutRefreshTokenScopeAndUnionidKeepsThoseThatThereWere() {
      OAuthToken old = answer("old").refreshToken("RT-old").scope("old").unionid("u-old").build();
      OAuthToken kept = old.toBuilder().accessToken("new").build();

      assertThat(old.overlay(answer("new").build())).isEqualTo(kept);
      assertThat(old.overlay(answer("new").refreshToken("").build())).isEqualTo(kept);
    }

    @Test
    void aStalledHolderThatCommitsAfterItsLeaseIsRefused() throws Exception {
      login();
      cluster.expire();
      CountDownLatch stalls = new CountDownLatch(1);
      CountDownLatch resume = new CountDownLatch(1);
      cluster.store.beforeReplace =
          () -> {
            cluster.store.beforeReplace = () -> {};
            stalls.countDown();
            await(resume);
          };
      WeChatOAuth process = cluster.impatientProcess();
      CompletableFuture<OAuthToken> stalled = async(() -> process.getValidToken(openid));
      assertThat(stalls.await(60, TimeUnit.SECONDS)).isTrue();

      // The lease runs out, another process takes it, and the user signs in again besides.
      other.getValidToken(openid);
      OAuthToken latest = other.getAccessToken(cluster.code("amy"));
      resume.countDown();

      assertThat(stalled.join()).isEqualTo(latest);
      assertThat(cluster.stored(openid)).isEqualTo(latest);
    }

    @Test
    void aRefreshThatLosesToALoginReturnsTheLoginsToken() throws Exception {
      login();
      cluster.expire();
      AtomicReference<OAuthToken> latest = new AtomicReference<>();
      cluster.store.beforeReplace =
          () -> {
            cluster.store.beforeReplace = () -> {};
            latest.set(other.getAccessToken(cluster.code("amy")));
          };

      assertThat(one.getValidToken(openid)).isEqualTo(latest.get());
      assertThat(cluster.stored(openid)).isEqualTo(latest.get());
      assertThat(isAlive(cluster.stored(openid))).isTrue();
    }

    @Test
    void aCompareAndSetThatLosesToTheSameAccessTokenReturnsItsOwn() {
      OAuthToken token = login();
      cluster.expire();
      cluster.store.beforeReplace =
          () -> {
            cluster.store.beforeReplace = () -> {};
            // Another process has stored the access token that WeChat gave both, dated wrongly.
            OAuthToken theirs = refreshedElsewhere(String.valueOf(token.refreshToken()));
            cluster.store.saveToken(
                openid, token.toBuilder().accessToken(theirs.accessToken()).build());
          };

      OAuthToken renewed = one.getValidToken(openid);

      assertThat(renewed.createAt()).isGreaterThan(token.createAt());
      assertThat(isAlive(renewed)).isTrue();
      assertThat(cluster.refreshes()).as("theirs and ours").isEqualTo(2);
    }

    @Test
    void aRefreshThatLosesOnceIsDoneOnceMore() {
      OAuthToken token = login();
      cluster.expire();
      cluster.store.beforeReplace =
          () -> {
            cluster.store.beforeReplace = () -> {};
            // Another process writes what is no more usable than what we read.
            cluster.store.saveToken(
                openid, token.toBuilder().createAt(token.createAt() + 1).build());
          };

      OAuthToken renewed = one.getValidToken(openid);

      assertThat(isAlive(renewed)).isTrue();
      assertThat(cluster.stored(openid)).isEqualTo(renewed);
      assertThat(cluster.refreshes()).isEqualTo(2);
    }

    @Test
    void aTokenThatIsDeletedWhileWeChatAnswersStaysDeleted() {
      login();
      cluster.expire();
      cluster.store.beforeReplace = () -> cluster.store.deleteToken(openid);

      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(NoTokenException.class);
      assertThat(cluster.store.getToken(openid)).isEmpty();
    }

    @Test
    void aTokenThatChangesTwiceWhileItIsRefreshedIsAnError() {
      login();
      cluster.expire();
      cluster.store.beforeReplace =
          () -> {
            OAuthToken stored = cluster.stored(openid);
            OAuthToken changed = stored.toBuilder().createAt(stored.createAt() + 1).build();
            cluster.store.saveToken(openid, changed.toBuilder().accessToken("changed").build());
          };

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("changed twice");
    }

    @Test
    void processesWhoseClocksDifferByFiveMinutesLoseNoToken() {
      for (Duration off : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
        WeChatOAuth skewed = cluster.processWithClockOff(off);
        OAuthToken first = skewed.getAccessToken(cluster.code("amy"));
        OAuthToken second = one.getAccessToken(cluster.code("amy"));
        assertThat(cluster.stored(openid)).isEqualTo(second).isNotEqualTo(first);
        OAuthToken third = skewed.getAccessToken(cluster.code("amy"));
        assertThat(cluster.stored(openid)).isEqualTo(third);
        for (int expiry = 0; expiry < 3; expiry++) {
          cluster.weChat.clock().advance(Duration.ofMinutes(123));
          assertThat(skewed.getUser(openid).openid()).isEqualTo(openid);
          assertThat(one.getUser(openid).openid()).isEqualTo(openid);
          assertThat(isAlive(cluster.stored(openid))).isTrue();
        }
      }
    }

    private static OAuthToken.Builder answer(String accessToken) {
      return OAuthToken.builder()
          .openid("amy")
          .accessToken(accessToken)
          .expiresIn(7200)
          .createAt(1);
    }

    private OAuthToken refreshedElsewhere(String refreshToken) {
      return elsewhere().refreshAccessToken(refreshToken);
    }
  }

  /** Step 7: the lease is released on success and on failure. */
  @Nested
  class Step7ReleaseTheLease {

    @Test
    void aDeadRefreshTokenNeedsANewAuthorizationAndIsNotDeleted() {
      OAuthToken token = login();
      cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
      cluster.expire();

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isExactlyInstanceOf(ReauthorizationRequiredException.class)
          .hasCauseInstanceOf(WeChatApiException.class);
      assertThat(cluster.stored(openid)).isEqualTo(token);
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofSeconds(1)))
          .as("the lease is released")
          .isPresent();
    }

    @Test
    void aCallThatFindsItsClientClosedGivesTheLeaseBack() throws Exception {
      login();
      cluster.expire();
      WeChatOAuth closing = cluster.process();
      Lease peers =
          cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5)).orElseThrow();
      CountDownLatch asked = new CountDownLatch(2);
      cluster.store.beforeLease = asked::countDown;
      CompletableFuture<OAuthToken> waiting = async(() -> closing.getValidToken(openid));
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

      closing.close();
      peers.close();

      assertThatThrownBy(waiting::join).hasCauseInstanceOf(IllegalStateException.class);
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofSeconds(1))).isPresent();
    }
  }

  /** A caller that has read a valid token never waits and never fails. */
  @Nested
  class ACallerWithAValidToken {

    @Test
    void aRefusalOfOneProcessDoesNotReachACallerWhoseTokenIsStillValid() {
      OAuthToken token = login();
      WeChatOAuth misconfigured =
          WeChatOAuth.builder("wxanother", "secret")
              .store(cluster.store)
              .apiEndpoint(cluster.weChat.uri())
              .clock(cluster.weChat.clock())
              .build();
      cluster.nearlyExpire();
      try (misconfigured) {
        assertThat(misconfigured.getValidToken(openid)).isEqualTo(token);
        assertThat(misconfigured.getValidToken(openid)).isEqualTo(token);
      }
      assertThat(one.getValidToken(openid).createAt()).isGreaterThan(token.createAt());
    }

    @Test
    void aStoreThatDiesAfterTheFirstReadDoesNotReachACallerWhoseTokenIsStillValid() {
      OAuthToken token = login();
      cluster.nearlyExpire();
      cluster.store.beforeLease = cluster.store::goAway;

      assertThat(one.getValidToken(openid)).isEqualTo(token);
      assertThat(cluster.refreshes()).isZero();
    }

    @Test
    void aCallerWithAValidTokenWaitsForNoPeer() throws Exception {
      OAuthToken token = login();
      cluster.nearlyExpire();
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        CompletableFuture<OAuthToken> leader = async(() -> one.getValidToken(openid));
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();

        // Neither for a thread of this process nor for another process.
        assertThat(one.getValidToken(openid)).isEqualTo(token);
        assertThat(other.getValidToken(openid)).isEqualTo(token);

        gate.release();
        assertThat(leader.join().createAt()).isGreaterThan(token.createAt());
      }
    }

    @Test
    void aCallerWithAValidTokenWaitsForNoFreeThread() throws Exception {
      OAuthToken token = login();
      cluster.nearlyExpire();
      for (int user = 0; user < 64; user++) {
        one.getAccessToken(cluster.code("user" + user));
      }
      cluster.expire();
      cluster.store.saveToken(
          openid, token.toBuilder().createAt(cluster.weChat.clock().millis() - 7_150_000).build());
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        for (int user = 0; user < 64; user++) {
          String id = cluster.openid("user" + user);
          start(() -> one.getValidToken(id));
        }
        assertThat(gate.awaitArrivals(64, PATIENCE)).isTrue();

        assertThat(one.getValidToken(openid).accessToken()).isEqualTo(token.accessToken());
        assertThat(gate.arrivals()).isEqualTo(64);
      }
    }
  }

  /** WeChat refuses or fails. */
  @Nested
  class AfterAFailure {

    @Test
    void aRefusalOfATokenThatChangedMeanwhileIsNotTheLastWord() {
      OAuthToken token = login();
      cluster.expire();
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(40030).times(1));
      cluster.store.beforeGet =
          () -> {
            if (cluster.refreshes() == 1) {
              // WeChat has refused, and now another process writes what is no more usable.
              cluster.store.beforeGet = () -> {};
              cluster.store.saveToken(
                  openid, token.toBuilder().createAt(token.createAt() + 1).build());
            }
          };

      assertThat(isAlive(one.getValidToken(openid))).isTrue();
      assertThat(cluster.refreshes()).isEqualTo(2);
    }

    @Test
    void aRefusalBecauseAPeerWasFasterIsNoError() throws Exception {
      login();
      cluster.expire();
      OAuthToken latest;
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        CompletableFuture<OAuthToken> refreshing = async(() -> one.getValidToken(openid));
        assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
        latest = other.getAccessToken(cluster.code("amy"));
        gate.release();

        assertThat(refreshing.join()).isEqualTo(latest);
      }
      assertThat(cluster.weChat.counters().errors(Endpoint.REFRESH, 40030)).isEqualTo(1);
    }

    @Test
    void afterAFailureWeChatIsAskedOncePerStepAndStepsDouble() {
      login();
      cluster.expire();
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(-1));
      cluster.weChat.clock().freeze();

      long calls = 0;
      for (int step : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
        failing(1);
        calls++;
        assertThat(cluster.refreshes()).isEqualTo(calls);
        cluster.weChat.clock().advance(Duration.ofSeconds(step).minusMillis(1));
        failing(3);
        assertThat(cluster.refreshes()).as("within the step of %s s", step).isEqualTo(calls);
        cluster.weChat.clock().advance(Duration.ofMillis(1));
      }
      cluster.weChat.faults().clear();

      assertThat(isAlive(one.getValidToken(openid))).isTrue();
    }

    @Test
    void aRefusalIsRememberedForAMinute() {
      login();
      cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
      cluster.expire();
      cluster.weChat.clock().freeze();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> one.getValidToken(openid))
            .isInstanceOf(ReauthorizationRequiredException.class);
      }
      assertThat(cluster.refreshes()).isEqualTo(1);

      cluster.weChat.clock().advance(Duration.ofSeconds(60));

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);
      assertThat(cluster.refreshes()).isEqualTo(2);
    }

    @Test
    void aRememberedRefusalCostsNoLease() {
      login();
      cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
      cluster.expire();
      cluster.weChat.clock().freeze();
      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);
      AtomicInteger leases = new AtomicInteger();
      cluster.store.beforeLease = leases::incrementAndGet;

      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);

      assertThat(leases).hasValue(0);
    }

    @Test
    void aRememberedRefusalDoesNotOutliveANewLogin() {
      login();
      cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
      cluster.expire();
      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);

      OAuthToken latest = other.getAccessToken(cluster.code("amy"));

      assertThat(one.getValidToken(openid)).isEqualTo(latest);
    }

    @ParameterizedTest
    @ValueSource(ints = {45009, 45011})
    void aLimitPausesAllRefreshingOfTheProcessUntilTheNextMinute(int limit) {
      String refreshToken = String.valueOf(login().refreshToken());
      one.getAccessToken(cluster.code("bob"));
      cluster.expire();
      cluster.weChat.clock().freeze();
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(limit).times(1));
      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(WeChatApiException.class);

      assertThatThrownBy(() -> one.getValidToken(cluster.openid("bob")))
          .isInstanceOf(WeChatApiException.class)
          .hasMessageContaining(String.valueOf(limit));
      assertThatThrownBy(() -> one.refreshAccessToken(refreshToken))
          .isInstanceOf(WeChatApiException.class)
          .hasMessageContaining(String.valueOf(limit));
      assertThat(cluster.refreshes()).isEqualTo(1);

      cluster.weChat.clock().advance(Duration.ofMinutes(1));
      assertThat(isAlive(one.getValidToken(openid))).isTrue();
      assertThat(isAlive(one.getValidToken(cluster.openid("bob")))).isTrue();
    }

    @Test
    void aClockThatIsSetBackDoesNotProlongAFailure() {
      login();
      cluster.expire();
      cluster.weChat.clock().advance(Duration.ofHours(2));
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(-1).times(1));
      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(WeChatApiException.class);

      cluster.weChat.clock().advance(Duration.ofHours(-1));

      assertThat(isAlive(one.getValidToken(openid))).isTrue();
    }

    private void failing(int times) {
      for (int i = 0; i < times; i++) {
        assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(WeChatApiException.class);
      }
    }
  }

  /** The store fails after WeChat answered. */
  @Nested
  class TokensThatTheStoreDidNotTake {

    @Test
    void aStoreThatDiesBetweenWeChatsAnswerAndTheSaveGetsTheTokenWhenItIsBack() {
      OAuthToken old = login();
      cluster.expire();
      CountDownLatch saved = new CountDownLatch(1);
      cluster.store.beforeReplace =
          () -> {
            cluster.store.goAway();
            throw new TokenStoreException("the store died", null);
          };

      OAuthToken renewed = one.getValidToken(openid);
      assertThat(isAlive(renewed)).isTrue();
      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);

      cluster.store.afterReplace = saved::countDown;
      cluster.store.comeBack();
      await(saved);
      assertThat(cluster.stored(openid)).isEqualTo(renewed).isNotEqualTo(old);
      assertThat(other.getValidToken(openid)).isEqualTo(renewed);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aTokenThatIsNotSavedYetIsServedWhileTheStoreStillHasTheOneItReplaces() {
      login();
      cluster.expire();
      cluster.store.beforeReplace =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };
      OAuthToken renewed = one.getValidToken(openid);
      cluster.store.beforeLease = cluster.store.beforeReplace;

      assertThat(one.getValidToken(openid)).isEqualTo(renewed);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    @Test
    void aClientThatIsClosedTriesOnceMoreToSave() {
      login();
      cluster.expire();
      WeChatOAuth closing = cluster.process();
      cluster.store.beforeReplace =
          () -> {
            throw new TokenStoreException("READONLY", null);
          };
      OAuthToken renewed = closing.getValidToken(openid);
      // The next of its own tries may be seconds away; the one of closing is now.
      cluster.store.beforeReplace = () -> {};
      closing.close();

      assertThat(cluster.stored(openid)).isEqualTo(renewed);
    }

    @Test
    void aTokenThatIsSavedLateNeverReplacesALaterLogin() {
      login();
      cluster.expire();
      CountDownLatch tried = new CountDownLatch(1);
      cluster.store.beforeReplace =
          () -> {
            throw new TokenStoreException("the store takes no writes", null);
          };
      one.getValidToken(openid);
      OAuthToken latest = loginElsewhere();
      cluster.store.saveToken(openid, latest);

      cluster.store.afterReplace = tried::countDown;
      cluster.store.beforeReplace = () -> {};

      await(tried);
      assertThat(cluster.stored(openid)).isEqualTo(latest);
    }

    @Test
    void aRefreshThatTheStoreRefusesForGoodServesOneCallerAndLeavesWeChatInPeace() {
      login();
      cluster.expire();
      cluster.store.beforeReplace =
          () -> {
            throw new IllegalArgumentException("access_token is longer than its column");
          };

      assertThat(isAlive(one.getValidToken(openid))).isTrue();
      assertThatThrownBy(() -> one.getValidToken(openid))
          .isInstanceOf(TokenNotSavedException.class);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }

    private OAuthToken loginElsewhere() {
      return elsewhere().getAccessToken(cluster.code("amy"));
    }
  }

  /** WeChat rejects a token that looked usable. */
  @Nested
  class ARejectedToken {

    @Test
    void aTokenThatWeChatRefusesIsRefreshedOnceForAllAndTheCallRepeated() {
      OAuthToken token = login();
      cluster.weChat.killAccessToken(String.valueOf(token.accessToken()));

      List<CompletableFuture<UserInfo>> here = together(16, () -> one.getUser(openid));
      List<CompletableFuture<UserInfo>> there = together(16, () -> other.getUser(openid));

      assertThat(here).allSatisfy(user -> assertThat(user.join().openid()).isEqualTo(openid));
      assertThat(there).allSatisfy(user -> assertThat(user.join().openid()).isEqualTo(openid));
      assertThat(cluster.refreshes()).isEqualTo(1);
      assertThat(cluster.stored(openid).accessToken()).isNotEqualTo(token.accessToken());
    }

    @Test
    void aTokenThatWeChatRefusesTwiceNeedsANewAuthorization() {
      login();
      cluster.weChat.faults().add(Endpoint.USERINFO, Fault.errcode(40001));

      assertThatThrownBy(() -> one.getUser(openid))
          .isInstanceOf(ReauthorizationRequiredException.class);
      assertThat(cluster.weChat.counters().calls(Endpoint.USERINFO)).isEqualTo(2);
      assertThat(cluster.refreshes()).isEqualTo(1);

      // Nor is it refreshed again and again, while that does not help.
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> one.getUser(openid))
            .isInstanceOf(ReauthorizationRequiredException.class);
      }
      assertThat(cluster.refreshes()).isEqualTo(1);
      cluster.weChat.faults().clear();
      assertThat(one.getUser(openid).openid()).isEqualTo(openid);
    }
  }

  /** A call to refreshAccessToken has neither a flight nor a lease. */
  @Nested
  class AnExplicitRefresh {

    @Test
    void anExplicitRefreshWaitsForAFreeThread() throws Exception {
      String refreshToken = String.valueOf(login().refreshToken());
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
        for (int call = 0; call < 64; call++) {
          start(() -> one.refreshAccessToken(refreshToken));
        }
        assertThat(gate.awaitArrivals(64, PATIENCE)).isTrue();
        Running<OAuthToken> waiting = start(() -> one.refreshAccessToken(refreshToken));
        TestCluster.awaitFrame(waiting.thread(), Semaphore.class);

        waiting.thread().interrupt();

        assertThatThrownBy(waiting.result()::join)
            .hasMessageContaining("interrupted while waiting for a free thread");
        assertThat(gate.arrivals()).isEqualTo(64);
      }
    }

    @Test
    void aLimitOfAnExplicitRefreshPausesTheOthersToo() {
      String refreshToken = String.valueOf(login().refreshToken());
      cluster.expire();
      cluster.weChat.clock().freeze();
      cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(45011).times(1));
      assertThatThrownBy(() -> one.refreshAccessToken(refreshToken))
          .isInstanceOf(WeChatApiException.class);

      assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(WeChatApiException.class);
      assertThat(cluster.refreshes()).isEqualTo(1);
    }
  }

  /** Returns when the thread waits for a refresh, its own or another's. */
  private static void awaitThatItWaits(Thread thread) {
    TestCluster.awaitFrame(thread, Workers.class);
  }

  private boolean isAlive(OAuthToken token) {
    return other.verifyToken(token.openid(), String.valueOf(token.accessToken()));
  }

  /** Returns a client that does not share the cluster's store. */
  private WeChatOAuth elsewhere() {
    return cluster.process(b -> b.store(new MemoryTokenStore()));
  }
}
