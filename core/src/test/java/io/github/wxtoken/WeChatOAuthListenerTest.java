package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event is told when it happens and at no other time, and no listener can do harm. */
class WeChatOAuthListenerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestCluster cluster = new TestCluster();
  private final EventLog log = new EventLog();
  private final WeChatOAuth observed = cluster.process(b -> b.listener(log));
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private OAuthToken login() {
    return other.getAccessToken(cluster.code("amy"));
  }

  private void loginAndExpire() {
    login();
    cluster.expire();
  }

  /**
   * Events on the client's own threads come before those threads end, but may come after the call.
   */
  private List<String> toldOfTheClient() {
    observed.close();
    return log.ofTheClient();
  }

  private List<String> toldOfTheStore() {
    observed.close();
    return log.ofTheStore();
  }

  // Events

  @Test
  void aTokenThatIsValidIsARead() {
    login();
    observed.getValidToken(openid);

    assertThat(toldOfTheStore()).containsExactly("storeAnswered GET_TOKEN");
    assertThat(log.ofTheClient()).isEmpty();
  }

  @Test
  void aRefreshIsToldOnceWithAllThatItAsksOfTheStore() {
    loginAndExpire();
    observed.getValidToken(openid);

    assertThat(toldOfTheClient()).containsExactly("refreshed " + openid + " REFRESHED");
    assertThat(log.ofTheStore())
        .containsExactlyInAnyOrder(
            "storeAnswered GET_TOKEN",
            "storeAnswered TRY_LEASE",
            "storeAnswered GET_TOKEN",
            "storeAnswered REPLACE_TOKEN");
  }

  @Test
  void aDurationIsThatOfWhatHappened() {
    loginAndExpire();
    cluster.weChat.faults().add(Endpoint.REFRESH, Fault.slow(Duration.ofMillis(80)));
    EventLog refreshes = new EventLog();
    try (WeChatOAuth process =
        cluster.process(
            b ->
                b.listener(
                    new WeChatOAuthListener() {
                      @Override
                      public void refreshed(
                          String appid,
                          @Nullable String user,
                          RefreshOutcome outcome,
                          Duration took) {
                        refreshes.refreshed(appid, user, outcome, took);
                      }
                    }))) {
      process.getValidToken(openid);
    }

    assertThat(refreshes.durations())
        .singleElement()
        .satisfies(took -> assertThat(took).isBetween(Duration.ofMillis(80), PATIENCE));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(Fault.errcode(40030), "REAUTHORIZATION_REQUIRED"),
        Arguments.of(Fault.errcode(42002), "REAUTHORIZATION_REQUIRED"),
        Arguments.of(Fault.errcode(42007), "REAUTHORIZATION_REQUIRED"),
        Arguments.of(Fault.errcode(45009), "LIMITED"),
        Arguments.of(Fault.errcode(45011), "LIMITED"),
        Arguments.of(Fault.errcode(40013), "REFUSED"),
        Arguments.of(Fault.errcode(-1), "FAILED"),
        Arguments.of(Fault.httpError(502), "FAILED"),
        Arguments.of(Fault.of(Fault.Kind.HTML), "FAILED"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aRefreshThatFailsIsToldOnceByItsKindAndNotWhenItIsRemembered(Fault fault, String outcome) {
    loginAndExpire();
    cluster.weChat.clock().freeze();
    cluster.weChat.faults().add(Endpoint.REFRESH, fault);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> observed.getValidToken(openid))
          .isInstanceOf(WeChatOAuthException.class);
    }

    assertThat(toldOfTheClient()).containsExactly("refreshed " + openid + " " + outcome);
  }

  @Test
  void anAnswerOfAnotherOpenidIsAFailureOfTheUserWhoWasAskedFor() {
    OAuthToken token = login();
    String bob = cluster.openid("bob");
    cluster.store.saveToken(bob, token.toBuilder().openid(bob).build());
    cluster.expire();
    assertThatThrownBy(() -> observed.getValidToken(bob))
        .isInstanceOf(WeChatTransportException.class);

    assertThat(toldOfTheClient()).containsExactly("refreshed " + bob + " FAILED");
  }

  @Test
  void anExplicitRefreshNamesItsUserOnceItIsKnown() {
    String refreshToken = String.valueOf(login().refreshToken());
    observed.refreshAccessToken(refreshToken);
    cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
    assertThatThrownBy(() -> observed.refreshAccessToken(refreshToken))
        .isInstanceOf(ReauthorizationRequiredException.class);

    assertThat(toldOfTheClient())
        .containsExactly(
            "refreshed " + openid + " REFRESHED", "refreshed null REAUTHORIZATION_REQUIRED");
  }

  @Test
  void aCompareAndSetThatIsLostIsTold() {
    loginAndExpire();
    cluster.store.beforeReplace =
        () -> {
          cluster.store.beforeReplace = () -> {};
          login();
        };
    observed.getValidToken(openid);

    assertThat(toldOfTheClient())
        .containsExactly("refreshed " + openid + " REFRESHED", "compareAndSetLost " + openid);
  }

  @Test
  void aFirstLoginThatLosesToAnotherIsTold() {
    cluster.store.beforeSaveIfAbsent =
        () -> {
          cluster.store.beforeSaveIfAbsent = () -> {};
          login();
        };
    observed.getAccessToken(cluster.code("amy"));

    assertThat(toldOfTheClient())
        .containsExactly("compareAndSetLost " + openid, "codeExchanged EXCHANGED");
  }

  @Test
  void aWaitForAnotherProcessIsToldOnceAndNotAsARefresh() throws Exception {
    loginAndExpire();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
      CompletableFuture<OAuthToken> peer = async(() -> other.getValidToken(openid));
      assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
      CountDownLatch askedThrice = new CountDownLatch(3);
      cluster.store.beforeLease = askedThrice::countDown;
      CompletableFuture<OAuthToken> waiting = async(() -> observed.getValidToken(openid));
      askedThrice.await();
      gate.release();

      assertThat(waiting.join()).isEqualTo(peer.join());
    }
    assertThat(toldOfTheClient()).containsExactly("leaseWaited " + openid);
  }

  @Test
  void aWaitThatEndsWithTheLeaseOrAnErrorIsToldToo() {
    loginAndExpire();
    assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMillis(300))).isPresent();
    observed.getValidToken(openid);
    cluster.expire();
    cluster.store.beforeLease =
        () -> {
          cluster.store.goAway();
          throw new TokenStoreException("the store died", null);
        };
    assertThatThrownBy(() -> observed.getValidToken(openid))
        .isInstanceOf(TokenStoreException.class);

    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder(
            "leaseWaited " + openid, "refreshed " + openid + " REFRESHED", "leaseWaited " + openid);
  }

  @Test
  void aCallerWhoseTokenIsStillValidWaitsForNobodyAndNothingIsTold() {
    login();
    cluster.nearlyExpire();
    assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5))).isPresent();
    observed.getValidToken(openid);

    assertThat(toldOfTheClient()).isEmpty();
  }

  @Test
  void aSaveThatIsTriedAgainIsToldFromTheFirstFailureToTheLast() {
    loginAndExpire();
    Semaphore failures = new Semaphore(3);
    cluster.store.beforeReplace =
        () -> {
          if (failures.tryAcquire()) {
            throw new TokenStoreException("READONLY", null);
          }
        };
    observed.getValidToken(openid);
    log.await("unsaved " + openid + " SAVED", 1);

    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder(
            "refreshed " + openid + " REFRESHED",
            "unsaved " + openid + " QUEUED",
            "unsaved " + openid + " FAILED_AGAIN",
            "unsaved " + openid + " FAILED_AGAIN",
            "unsaved " + openid + " SAVED");
    assertThat(log.ofTheStore())
        .filteredOn("storeFailed REPLACE_TOKEN TokenStoreException"::equals)
        .hasSize(3);
  }

  @Test
  void aSaveThatALoginMakesNeedlessIsSuperseded() {
    loginAndExpire();
    AtomicBoolean failed = new AtomicBoolean();
    cluster.store.beforeReplace =
        () -> {
          if (failed.compareAndSet(false, true)) {
            cluster.store.saveToken(openid, elsewhere());
            throw new TokenStoreException("READONLY", null);
          }
        };
    observed.getValidToken(openid);
    log.await("unsaved " + openid + " SUPERSEDED", 1);

    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder(
            "refreshed " + openid + " REFRESHED",
            "unsaved " + openid + " QUEUED",
            "compareAndSetLost " + openid,
            "unsaved " + openid + " SUPERSEDED");
  }

  @Test
  void aSaveThatIsRefusedForGoodIsNotTriedAgain() {
    loginAndExpire();
    AtomicBoolean failed = new AtomicBoolean();
    cluster.store.beforeReplace =
        () -> {
          throw failed.compareAndSet(false, true)
              ? new TokenStoreException("READONLY", null)
              : new IllegalArgumentException("access_token is longer than its column");
        };
    observed.getValidToken(openid);
    log.await("unsaved " + openid + " REFUSED", 1);

    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder(
            "refreshed " + openid + " REFRESHED",
            "unsaved " + openid + " QUEUED",
            "unsaved " + openid + " REFUSED");
  }

  @Test
  void aTokenThatIsNotSavedWhenTheClientIsClosedIsDropped() {
    loginAndExpire();
    cluster.store.beforeReplace =
        () -> {
          throw new TokenStoreException("READONLY", null);
        };
    observed.getValidToken(openid);

    assertThat(toldOfTheClient())
        .contains("unsaved " + openid + " QUEUED", "unsaved " + openid + " FAILED_AGAIN")
        .endsWith("unsaved " + openid + " DROPPED");
  }

  @Test
  void aStoreThatFailsIsToldByOperationAndClass() {
    login();
    cluster.store.goAway();
    assertThatThrownBy(() -> observed.getValidToken(openid))
        .isInstanceOf(TokenStoreException.class);
    assertThatThrownBy(() -> observed.getAccessToken(cluster.code("amy")))
        .isInstanceOf(TokenStoreException.class);

    assertThat(toldOfTheStore())
        .containsExactly(
            "storeFailed GET_TOKEN TokenStoreException",
            "storeFailed TRY_LEASE TokenStoreException");
    assertThat(log.ofTheClient()).isEmpty();
  }

  @Test
  void aCodeThatComesOnceIsNoReplay() {
    observed.getAccessToken(cluster.code("amy"));

    assertThat(toldOfTheClient()).containsExactly("codeExchanged EXCHANGED");
  }

  @Test
  void aRepeatedCodeIsToldByWhoAnswersIt() {
    String code = cluster.code("amy");
    observed.getAccessToken(code);
    observed.getAccessToken(code);
    String elsewhere = cluster.code("amy");
    other.getAccessToken(elsewhere);
    assertThatThrownBy(() -> observed.getAccessToken(elsewhere))
        .isInstanceOf(CodeAlreadyUsedException.class);
    String unknown = cluster.code("bob");
    cluster.process(b -> b.store(new MemoryTokenStore())).getAccessToken(unknown);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> observed.getAccessToken(unknown))
          .isInstanceOf(CodeAlreadyUsedException.class);
    }

    assertThat(toldOfTheClient())
        .filteredOn(event -> event.startsWith("codeReplayed"))
        .containsExactlyInAnyOrder(
            "codeReplayed ANSWERED",
            "codeReplayed TURNED_AWAY",
            "codeReplayed REFUSED",
            "codeReplayed ANSWERED");
  }

  @Test
  void ofCallersWithTheSameCodeAllButOneAreReplays() {
    String code = cluster.code("amy");
    TestCluster.together(16, () -> observed.getAccessToken(code)).forEach(CompletableFuture::join);

    assertThat(toldOfTheClient())
        .hasSize(16)
        .containsOnlyOnce("codeExchanged EXCHANGED")
        .containsOnly("codeExchanged EXCHANGED", "codeReplayed ANSWERED");
  }

  @Test
  void twoHooksAreToldOfLikeAStore() {
    loginAndExpire();
    EventLog hooked = new EventLog();
    try (WeChatOAuth process =
        cluster.process(
            b -> b.hooks(user -> cluster.store.getToken(user), cluster.store).listener(hooked))) {
      process.getValidToken(openid);
    }

    assertThat(hooked.ofTheClient()).containsExactly("refreshed " + openid + " REFRESHED");
    assertThat(hooked.ofTheStore())
        .contains("storeAnswered GET_TOKEN", "storeAnswered REPLACE_TOKEN");
  }

  @Test
  void aTokenThatAHookDoesNotTakeIsNotQueuedWithAListenerEither() {
    loginAndExpire();
    EventLog hooked = new EventLog();
    try (WeChatOAuth process =
        cluster.process(
            b ->
                b.hooks(
                        user -> cluster.store.getToken(user),
                        (user, token) -> {
                          throw new TokenStoreException("READONLY", null);
                        })
                    .listener(hooked))) {
      process.getValidToken(openid);
    }

    assertThat(hooked.ofTheClient()).containsExactly("refreshed " + openid + " REFRESHED");
  }

  // Exchanges, profiles, and the calls to WeChat

  static Stream<Arguments> exchanges() {
    return Stream.of(
        Arguments.of(Fault.errcode(40029), "CODE_REFUSED", "40029"),
        Arguments.of(Fault.errcode(40163), "ALREADY_USED", "40163"),
        Arguments.of(Fault.errcode(45009), "LIMITED", "45009"),
        Arguments.of(Fault.errcode(45011), "LIMITED", "45011"),
        Arguments.of(Fault.errcode(40164), "REFUSED", "40164"),
        Arguments.of(Fault.errcode(-1), "UNKNOWN", "-1"),
        Arguments.of(Fault.httpError(502), "UNKNOWN", "NO_ANSWER"),
        Arguments.of(Fault.of(Fault.Kind.HTML), "UNKNOWN", "NO_ANSWER"));
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void anExchangeThatFailsIsToldOnceByItsKindWithTheCallToWeChat(
      Fault fault, String outcome, String errcode) {
    cluster.weChat.faults().add(Endpoint.EXCHANGE, fault);
    assertThatThrownBy(() -> observed.getAccessToken(cluster.code("amy")))
        .isInstanceOf(WeChatOAuthException.class);

    assertThat(toldOfTheClient()).contains("codeExchanged " + outcome);
    assertThat(log.ofWeChat()).containsExactly("weChatCalled ACCESS_TOKEN " + errcode);
  }

  @Test
  void aSignInIsAnExchangeAndACallToWeChatWithTheirDurations() {
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.slow(Duration.ofMillis(80)));
    observed.getAccessToken(cluster.code("amy"));

    assertThat(toldOfTheClient()).containsExactly("codeExchanged EXCHANGED");
    assertThat(log.ofWeChat()).containsExactly("weChatCalled ACCESS_TOKEN 0");
    assertThat(log.durations())
        .filteredOn(took -> took.compareTo(Duration.ofMillis(80)) >= 0)
        .hasSize(2);
  }

  @Test
  void aGrantThatTheStoreDoesNotTakeIsAnExchangeThatIsNotSaved() {
    cluster.store.beforeSaveIfAbsent =
        () -> {
          throw new TokenStoreException("READONLY", null);
        };
    assertThatThrownBy(() -> observed.getAccessToken(cluster.code("amy")))
        .isInstanceOf(TokenNotSavedException.class);

    assertThat(toldOfTheClient()).containsExactly("codeExchanged NOT_SAVED");
  }

  @Test
  void aCallbackIsToldByWhatComesOfIt() {
    String visitor = "a cookie";
    String code = cluster.code("amy");
    String state = observed.newState(visitor);
    observed.handleCallback(code, state, visitor);
    observed.handleCallback(code, state, visitor);
    observed.handleCallback(null, observed.newState(visitor), visitor);
    observed.handleCallback(cluster.code("amy"), observed.newState(visitor), null);
    observed.handleCallback(cluster.code("amy"), "made up", visitor);
    observed.handleCallback("no-code", observed.newState(visitor), visitor);
    String elsewhere = cluster.code("amy");
    other.getAccessToken(elsewhere);
    observed.handleCallback(elsewhere, observed.newState(visitor), visitor);
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(40164));
    observed.handleCallback(cluster.code("amy"), observed.newState(visitor), visitor);

    assertThat(toldOfTheClient())
        .filteredOn(event -> event.startsWith("callbackHandled"))
        .containsExactly(
            "callbackHandled SIGNED_IN",
            "callbackHandled SIGNED_IN",
            "callbackHandled DENIED",
            "callbackHandled START_AGAIN VISITOR_MISSING",
            "callbackHandled FAILED_FOR_NOW",
            "callbackHandled START_AGAIN CODE_REFUSED",
            "callbackHandled REPEATED",
            "callbackHandled FAILED_FOR_NOW");
  }

  @Test
  void theCallbackOfASnapshotUserIsToldAsSuch() {
    String code = cluster.weChat.authorizeSnapshot(WeChatSimulator.APPID);
    observed.handleCallback(code, observed.newState("a cookie"), "a cookie");

    // Told by two threads.
    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder("codeExchanged EXCHANGED", "callbackHandled SNAPSHOT_USER");
  }

  @Test
  void aProfileIsToldWithItsUserAndACallToWeChat() {
    login();
    observed.getUser(openid);

    assertThat(toldOfTheClient()).containsExactly("profileRead " + openid + " READ");
    assertThat(log.ofWeChat()).containsExactly("weChatCalled USERINFO 0");
  }

  @Test
  void aProfileWhoseTokenWeChatRefusesIsToldOnceWithTheRefreshInBetween() {
    login();
    cluster.weChat.faults().add(Endpoint.USERINFO, Fault.errcode(40001).times(1));
    observed.getUser(openid);

    // Told by two threads.
    assertThat(toldOfTheClient())
        .containsExactlyInAnyOrder(
            "refreshed " + openid + " REFRESHED", "profileRead " + openid + " READ");
    assertThat(log.ofWeChat())
        .containsExactlyInAnyOrder(
            "weChatCalled USERINFO 40001",
            "weChatCalled REFRESH_TOKEN 0",
            "weChatCalled USERINFO 0");
  }

  static Stream<Arguments> profiles() {
    return Stream.of(
        Arguments.of(Fault.errcode(50001), "REAUTHORIZATION_REQUIRED"),
        Arguments.of(Fault.errcode(45009), "LIMITED"),
        Arguments.of(Fault.errcode(40013), "REFUSED"),
        Arguments.of(Fault.errcode(-1), "FAILED"),
        Arguments.of(Fault.of(Fault.Kind.HTML), "FAILED"));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void aProfileThatFailsIsToldOnceByItsKind(Fault fault, String outcome) {
    login();
    cluster.weChat.faults().add(Endpoint.USERINFO, fault);
    assertThatThrownBy(() -> observed.getUser(openid)).isInstanceOf(WeChatOAuthException.class);

    assertThat(toldOfTheClient()).containsExactly("profileRead " + openid + " " + outcome);
  }

  @Test
  void aProfileWhoseRefreshTheStoreFailsIsAFailure() {
    login();
    cluster.weChat.faults().add(Endpoint.USERINFO, Fault.errcode(40001));
    cluster.store.beforeLease = cluster.store::goAway;
    assertThatThrownBy(() -> observed.getUser(openid)).isInstanceOf(TokenStoreException.class);

    assertThat(toldOfTheClient()).contains("profileRead " + openid + " FAILED");
  }

  @Test
  void aCheckOfATokenIsACallToWeChatAlone() {
    OAuthToken token = login();
    observed.verifyToken(openid, String.valueOf(token.accessToken()));
    observed.verifyToken(openid, "none");

    assertThat(toldOfTheClient()).isEmpty();
    assertThat(log.ofWeChat()).containsExactly("weChatCalled AUTH 0", "weChatCalled AUTH 40001");
  }

  @Test
  void everyEventCarriesTheAppOfItsClient() {
    loginAndExpire();
    String code = cluster.code("amy");
    observed.getUserByCode(code);
    observed.getAccessToken(code);
    cluster.expire();
    observed.getValidToken(openid);
    observed.close();

    assertThat(log.all()).hasSizeGreaterThan(8);
    assertThat(log.apps()).containsExactly(WeChatSimulator.APPID);
  }

  // Limits of a listener

  @Test
  void noEventHasRoomForASecret() {
    for (Method event : WeChatOAuthListener.class.getDeclaredMethods()) {
      assertThat(event.getParameterTypes())
          .allMatch(
              type ->
                  type.isEnum()
                      || type == Duration.class
                      || type == Class.class
                      || type == int.class
                      || type == String.class);
      // Strings are the app and, where an event has one, the user.
      assertThat(event.getParameterTypes()).startsWith(String.class);
      assertThat(event.getParameterTypes()).filteredOn(String.class::equals).hasSizeLessThan(3);
    }
  }

  @Test
  void aListenerThatThrowsChangesNothingAndIsLoggedOnceByClass() {
    EventLog told =
        new EventLog(
            () -> {
              throw new NoClassDefFoundError("with a s3cret");
            });
    try (LogCapture logged = LogCapture.of(WeChatOAuth.class);
        WeChatOAuth process = cluster.process(b -> b.listener(told))) {
      String code = cluster.code("amy");
      OAuthToken token = process.getAccessToken(code);
      assertThat(process.getAccessToken(code)).isEqualTo(token);
      assertThat(cluster.stored(openid)).isEqualTo(token);
      cluster.expire();
      AtomicBoolean failed = new AtomicBoolean();
      cluster.store.beforeReplace =
          () -> {
            if (failed.compareAndSet(false, true)) {
              throw new TokenStoreException("READONLY", null);
            }
          };
      OAuthToken renewed = process.getValidToken(openid);
      told.await("unsaved " + openid + " SAVED", 1);
      assertThat(cluster.stored(openid)).isEqualTo(renewed);
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofSeconds(1))).isPresent();

      assertThat(logged.lines())
          .filteredOn(line -> line.contains(EventLog.class.getName()))
          .singleElement()
          .asString()
          .contains("NoClassDefFoundError")
          .doesNotContain("s3cret");
    }
    assertThat(told.ofTheClient())
        .contains("codeReplayed ANSWERED", "refreshed " + openid + " REFRESHED");
  }

  @Test
  void aListenerIsCalledWhenTheLeaseIsFree() {
    loginAndExpire();
    AtomicBoolean held = new AtomicBoolean();
    EventLog told =
        new EventLog(
            () -> {
              synchronized (held) { // the caller's thread and the client's take turns
                Optional<Lease> lease =
                    cluster.store.tryLease("refresh:" + openid, Duration.ofMinutes(5));
                held.compareAndSet(false, lease.isEmpty());
                lease.ifPresent(Lease::close);
              }
            });
    try (WeChatOAuth process = cluster.process(b -> b.listener(told))) {
      process.getValidToken(openid);
    }

    assertThat(told.all()).hasSize(6);
    assertThat(held).isFalse();
  }

  @Test
  void aListenerThatHangsHoldsUpNobodyButItsThread() throws Exception {
    loginAndExpire();
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    WeChatOAuthListener hanging =
        new WeChatOAuthListener() {
          @Override
          public void refreshed(
              String appid, @Nullable String user, RefreshOutcome outcome, Duration took) {
            hangs.countDown();
            uninterruptibly(released);
          }
        };
    WeChatOAuth process = cluster.process(b -> b.listener(hanging));
    try {
      List<CompletableFuture<OAuthToken>> callers =
          TestCluster.together(16, () -> process.getValidToken(openid));

      assertThat(callers)
          .allSatisfy(call -> assertThat(call.join()).isEqualTo(cluster.stored(openid)));
      hangs.await();
      assertThat(cluster.store.tryLease("refresh:" + openid, Duration.ofSeconds(1))).isPresent();
    } finally {
      released.countDown();
    }
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A later grant of the same user that the cluster's store has not seen. */
  private OAuthToken elsewhere() {
    return cluster
        .process(b -> b.store(new MemoryTokenStore()))
        .getAccessToken(cluster.code("amy"));
  }
}
