package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.start;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange of a code: docs/design.md#the-exchange-of-a-code. */
class CodeExchangeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private long exchanges() {
    return cluster.weChat.counters().calls(Endpoint.EXCHANGE);
  }

  private long checks() {
    return cluster.weChat.counters().calls(Endpoint.AUTH);
  }

  // One code, one exchange

  @Test
  void callersWithTheSameCodeShareOneExchange() {
    String code = cluster.code("amy");

    List<CompletableFuture<OAuthToken>> callers = together(64, () -> one.getAccessToken(code));

    assertThat(callers)
        .allSatisfy(token -> assertThat(token.join()).isEqualTo(cluster.stored(openid)));
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aRepeatWithinTenMinutesIsAnsweredFromTheOutcome() {
    String code = cluster.code("amy");
    OAuthToken token = one.getAccessToken(code);

    cluster.weChat.clock().advance(Duration.ofMinutes(9));

    assertThat(one.getAccessToken(code)).isEqualTo(token);
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aRepeatAfterTenMinutesIsTurnedAway() {
    String code = cluster.code("amy");
    one.getAccessToken(code);

    cluster.weChat.clock().advance(Duration.ofMinutes(10));

    // By the lease, whose ten minutes are the store's, or by WeChat.
    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(CodeAlreadyUsedException.class);
  }

  @Test
  void aRefusedCodeIsNotSentAgainWithinTenMinutes() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> one.getAccessToken("never-issued"))
          .isExactlyInstanceOf(ReauthorizationRequiredException.class);
    }
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void anotherProcessDoesNotBurnTheLogin() {
    String code = cluster.code("amy");
    one.getAccessToken(code);

    assertThatThrownBy(() -> other.getAccessToken(code))
        .isInstanceOf(CodeAlreadyUsedException.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void anotherProcessMayTryACodeThatWeChatRefused() {
    assertThatThrownBy(() -> one.getAccessToken("never-issued"))
        .isExactlyInstanceOf(ReauthorizationRequiredException.class);

    assertThatThrownBy(() -> other.getAccessToken("never-issued"))
        .isExactlyInstanceOf(ReauthorizationRequiredException.class);
  }

  @Test
  void anExchangeWhoseAnswerIsLostIsNotTriedAgainByAnyone() {
    String code = cluster.code("amy");
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.httpError(502).afterProcessing().times(1));

    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(WeChatTransportException.class);
    assertOutcomeIsUnknown(code, WeChatTransportException.class);
    assertThatThrownBy(() -> other.getAccessToken(code))
        .isInstanceOf(CodeAlreadyUsedException.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  private void assertOutcomeIsUnknown(String code, Class<? extends Exception> first) {
    assertThatThrownBy(() -> one.getAccessToken(code))
        .isInstanceOf(CodeOutcomeUnknownException.class)
        .isInstanceOf(ReauthorizationRequiredException.class)
        .hasMessageStartingWith(
            "nobody knows whether WeChat consumed this code. Send the user to WeChat again")
        .hasCauseInstanceOf(first);
  }

  @Test
  void aBusyWeChatIsNoReasonToSendACodeAgain() {
    String code = cluster.code("amy");
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(-1).times(1));

    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(WeChatApiException.class);
    assertOutcomeIsUnknown(code, WeChatApiException.class);
    assertThatThrownBy(() -> other.getAccessToken(code))
        .isInstanceOf(CodeAlreadyUsedException.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  /** WeChat refused the call, not the code: a wrong secret, a missing right, a limit. */
  @ParameterizedTest
  @ValueSource(ints = {40013, 40125, 40164, 48001, 50002, 40226, 123456})
  void aRefusalThatIsNotAboutTheCodeIsForgottenByEveryProcess(int errcode) {
    for (WeChatOAuth next : List.of(one, other)) {
      String code = cluster.code("amy");
      cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(errcode).times(2));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> one.getAccessToken(code))
            .isExactlyInstanceOf(WeChatApiException.class);
      }

      assertThat(next.getAccessToken(code).openid()).isEqualTo(openid);
    }
    assertThat(exchanges()).isEqualTo(6);
  }

  @Test
  void callersAtTheSameTimeShareARefusalThatIsNotAboutTheCode() throws Exception {
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(40164));
    String code = cluster.code("amy");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      Running<OAuthToken> first = start(() -> one.getAccessToken(code));
      assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
      Running<OAuthToken> second = start(() -> one.getAccessToken(code));
      TestCluster.awaitFrame(second.thread(), Workers.class);
      gate.release();

      for (Running<OAuthToken> caller : List.of(first, second)) {
        assertThatThrownBy(caller.result()::join).hasCauseInstanceOf(WeChatApiException.class);
      }
    }
    assertThat(exchanges()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {40029, 40163, 41008, 42003})
  void aRefusalOfTheCodeIsRemembered(int errcode) {
    String code = cluster.code("amy");
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(errcode).times(1));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> one.getAccessToken(code))
          .isInstanceOf(ReauthorizationRequiredException.class);
    }
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aCodeOfMoreCharactersThanAnyHasIsNotSent() {
    assertThatThrownBy(() -> one.getAccessToken("c".repeat(513)))
        .isExactlyInstanceOf(ReauthorizationRequiredException.class)
        .hasMessage("this code is not valid: it has more than 512 characters");
    assertThat(exchanges()).isZero();
    assertThatThrownBy(() -> one.getAccessToken("c".repeat(512)))
        .hasCauseInstanceOf(WeChatApiException.class);
  }

  @Test
  void aStoreThatCannotLeaseFailsBeforeTheCodeIsUsed() {
    String code = cluster.code("amy");
    cluster.store.goAway();
    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(TokenStoreException.class);
    assertThat(exchanges()).isZero();

    cluster.store.comeBack();

    assertThat(one.getAccessToken(code).openid()).isEqualTo(openid);
  }

  @Test
  void anInterruptedCallerDoesNotStopTheExchange() throws Exception {
    String code = cluster.code("amy");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      Running<OAuthToken> interrupted = start(() -> one.getAccessToken(code));
      assertThat(gate.awaitArrivals(1, PATIENCE)).isTrue();
      interrupted.thread().interrupt();
      assertThatThrownBy(interrupted.result()::join)
          .hasCauseInstanceOf(WeChatTransportException.class);
      gate.release();
    }
    assertThat(one.getAccessToken(code)).isEqualTo(cluster.stored(openid));
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aCodeThatFoundNoFreeThreadIsStillGood() throws Exception {
    String code = cluster.code("amy");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      for (int user = 0; user < 64; user++) {
        String anothers = cluster.code("user" + user);
        start(() -> one.getAccessToken(anothers));
      }
      assertThat(gate.awaitArrivals(64, PATIENCE)).isTrue();
      Running<OAuthToken> waiting = start(() -> one.getAccessToken(code));
      TestCluster.awaitFrame(waiting.thread(), Semaphore.class);

      waiting.thread().interrupt();

      assertThatThrownBy(waiting.result()::join)
          .hasMessageContaining("interrupted while waiting for a free thread");
      gate.release();
    }
    assertThat(one.getAccessToken(code)).isEqualTo(cluster.stored(openid));
  }

  @Test
  void aCodeThatWasUsedElsewhereIsSaidToBe() {
    String code = cluster.code("amy");
    cluster.process(b -> b.store(new MemoryTokenStore())).getAccessToken(code);

    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(CodeAlreadyUsedException.class);
  }

  // Two codes for one user: the later grant wins

  @Test
  void ofTwoCodesTheLaterGrantWinsWhenItIsSavedLast() {
    one.getAccessToken(cluster.code("amy"));
    OAuthToken later = other.getAccessToken(cluster.code("amy"));

    assertThat(cluster.stored(openid)).isEqualTo(later);
    assertIsAlive(cluster.stored(openid));
  }

  @Test
  void ofTwoCodesTheLaterGrantWinsWhenItIsSavedFirst() {
    AtomicReference<OAuthToken> later = new AtomicReference<>();
    cluster.store.beforeSaveIfAbsent =
        () -> {
          cluster.store.beforeSaveIfAbsent = () -> {};
          later.set(other.getAccessToken(cluster.code("amy")));
        };

    OAuthToken returned = one.getAccessToken(cluster.code("amy"));

    assertThat(returned).isEqualTo(later.get());
    assertThat(cluster.stored(openid)).isEqualTo(later.get());
    assertIsAlive(cluster.stored(openid));
  }

  @Test
  void ofTwoCodesTheLaterGrantWinsOverAnOldTokenWhicheverSaveComesLast() {
    one.getAccessToken(cluster.code("amy"));
    cluster.weChat.clock().advance(Duration.ofHours(1));
    AtomicReference<OAuthToken> later = new AtomicReference<>();
    cluster.store.beforeReplace =
        () -> {
          cluster.store.beforeReplace = () -> {};
          later.set(other.getAccessToken(cluster.code("amy")));
        };

    assertThat(one.getAccessToken(cluster.code("amy"))).isEqualTo(later.get());
    assertThat(cluster.stored(openid)).isEqualTo(later.get());
    assertIsAlive(cluster.stored(openid));
  }

  @Test
  void ofTwoCodesTheLaterGrantWinsWhenTheEarlierIsSavedWhileWeChatIsAsked() {
    one.getAccessToken(cluster.code("amy"));
    cluster.store.beforeReplace =
        () -> {
          // The later one has asked whether it lives; now a retired one comes between.
          cluster.store.beforeReplace = () -> {};
          OAuthToken stored = cluster.stored(openid);
          cluster.store.saveToken(
              openid, stored.toBuilder().createAt(stored.createAt() + 1).build());
        };

    OAuthToken later = other.getAccessToken(cluster.code("amy"));

    assertThat(cluster.stored(openid)).isEqualTo(later);
    assertIsAlive(cluster.stored(openid));
  }

  @Test
  void manyLoginsOfOneUserAtOnceLeaveAGrantThatLives() {
    List<CompletableFuture<OAuthToken>> here =
        together(8, () -> one.getAccessToken(cluster.code("amy")));
    List<CompletableFuture<OAuthToken>> there =
        together(8, () -> other.getAccessToken(cluster.code("amy")));

    here.forEach(CompletableFuture::join);
    there.forEach(CompletableFuture::join);
    assertIsAlive(cluster.stored(openid));
  }

  private void assertIsAlive(OAuthToken token) {
    assertThat(other.verifyToken(openid, String.valueOf(token.accessToken()))).isTrue();
  }

  @Test
  void aFirstLoginAndOneAfterALongTimeAskWeChatNothingElse() {
    one.getAccessToken(cluster.code("amy"));
    cluster.weChat.clock().advance(Duration.ofMinutes(16));
    one.getAccessToken(cluster.code("amy"));

    assertThat(checks()).isZero();
  }

  @Test
  void aLoginExactlyFifteenMinutesAfterAnotherAsksWeChatWhichOneLives() {
    cluster.weChat.clock().freeze();
    one.getAccessToken(cluster.code("amy"));
    cluster.weChat.clock().advance(Duration.ofMinutes(15));
    one.getAccessToken(cluster.code("amy"));

    assertThat(checks()).isEqualTo(1);
  }

  @Test
  void aLoginSoonAfterAnotherAsksWeChatWhichOneLives() {
    one.getAccessToken(cluster.code("amy"));
    one.getAccessToken(cluster.code("amy"));

    assertThat(checks()).isEqualTo(1);
  }

  // Tokens that are not saved

  @Test
  void withoutWeChatsWordOnWhichOneLivesTheTokenIsHandedOver() {
    OAuthToken stored = one.getAccessToken(cluster.code("amy"));
    cluster.weChat.faults().add(Endpoint.AUTH, Fault.of(Fault.Kind.HTML).times(1));

    assertThatThrownBy(() -> one.getAccessToken(cluster.code("amy")))
        .asInstanceOf(type(TokenNotSavedException.class))
        .satisfies(e -> assertIsAlive(e.token()));
    assertThat(cluster.stored(openid)).isEqualTo(stored);
  }

  @Test
  void aStoreThatFailsAfterTheExchangeHandsTheTokenOverAlsoToARepeat() {
    String code = cluster.code("amy");
    cluster.store.beforeSaveIfAbsent =
        () -> {
          throw new TokenStoreException("the store died", null);
        };
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> one.getAccessToken(code))
          .asInstanceOf(type(TokenNotSavedException.class))
          .satisfies(e -> assertIsAlive(e.token()));
    }
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aTokenThatTheStoreHasNoRoomForIsHandedOver() {
    cluster.store.beforeSaveIfAbsent =
        () -> {
          throw new IllegalArgumentException("access_token is longer than its column");
        };

    assertThatThrownBy(() -> one.getAccessToken(cluster.code("amy")))
        .isInstanceOf(TokenNotSavedException.class)
        .hasMessageEndingWith(": the store failed")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLoginThatLosesEightTimesIsHandedOver() {
    OAuthToken before = one.getAccessToken(cluster.code("amy"));
    AtomicInteger tries = changedByOthersBeforeEachReplace(cluster.store, before);

    assertThatThrownBy(() -> one.getAccessToken(cluster.code("amy")))
        .hasMessageEndingWith(": other processes keep changing it")
        .asInstanceOf(type(TokenNotSavedException.class))
        .satisfies(e -> assertIsAlive(e.token()));
    assertThat(tries).hasValue(8);
  }

  /** Has another process change what is stored each time before it is replaced; counts that. */
  private static AtomicInteger changedByOthersBeforeEachReplace(
      StoreDouble store, OAuthToken before) {
    AtomicInteger tries = new AtomicInteger();
    store.beforeReplace =
        () -> {
          long createAt = before.createAt() - tries.incrementAndGet();
          store.saveToken(before.openid(), before.toBuilder().createAt(createAt).build());
        };
    return tries;
  }

  @Test
  void aSnapshotUserIsNotStoredAndHasAProfile() {
    String code = cluster.weChat.authorizeSnapshot(WeChatSimulator.APPID);

    UserInfo user = one.getUserByCode(code);

    assertThat(user.openid()).isNotEmpty();
    assertThat(one.getAccessToken(code).isSnapshotUser()).isTrue();
    assertThat(cluster.store.tokens()).isEmpty();
  }

  // Profile by code

  @Test
  void aUserSignsInByCode() {
    UserInfo user = one.getUserByCode(cluster.code("amy"), Lang.ZH_CN);

    assertThat(user.openid()).isEqualTo(openid);
    assertThat(other.getUser(openid)).isEqualTo(user);
  }

  @Test
  void aBaseScopeHasNoProfile() {
    String code = cluster.weChat.authorize(WeChatSimulator.APPID, "amy", "snsapi_base");

    assertProfileNeedsAnotherScope(() -> one.getUserByCode(code));
    assertProfileNeedsAnotherScope(() -> other.getUser(openid));
    assertThat(cluster.weChat.counters().calls(Endpoint.USERINFO)).isZero();
  }

  private void assertProfileNeedsAnotherScope(ThrowingCallable call) {
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(call)
        .withMessageContaining("snsapi_userinfo")
        .satisfies(e -> assertThat(e.requiredScope()).isEqualTo(Scope.SNSAPI_USERINFO))
        .satisfies(e -> assertThat(e.openid()).isEqualTo(openid));
  }

  // An explicit refresh

  @Test
  void anExplicitRefreshIsSavedOverTheGrantItRefreshes() {
    OAuthToken token =
        one.getAccessToken(cluster.code("amy")).toBuilder().unionid("o6_amy").build();
    cluster.store.saveToken(openid, token);
    cluster.expire();

    OAuthToken renewed = other.refreshAccessToken(String.valueOf(token.refreshToken()));

    assertThat(cluster.stored(openid)).isEqualTo(renewed);
    assertThat(renewed.unionid()).isEqualTo("o6_amy");
  }

  @Test
  void anExplicitRefreshIsNotSavedOverAnotherGrant() {
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    OAuthToken latest = token.toBuilder().refreshToken("another").build();
    cluster.store.saveToken(openid, latest);

    OAuthToken answer = one.refreshAccessToken(String.valueOf(token.refreshToken()));

    assertThat(answer.refreshToken()).isEqualTo(token.refreshToken());
    assertThat(cluster.stored(openid)).isEqualTo(latest);
  }

  @Test
  void anExplicitRefreshThatLosesToALoginLeavesTheLogin() {
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    AtomicReference<OAuthToken> latest = new AtomicReference<>();
    cluster.store.beforeReplace =
        () -> {
          cluster.store.beforeReplace = () -> {};
          latest.set(other.getAccessToken(cluster.code("amy")));
        };

    one.refreshAccessToken(String.valueOf(token.refreshToken()));

    assertThat(cluster.stored(openid)).isEqualTo(latest.get());
  }

  @Test
  void anExplicitRefreshIsSavedWhereNothingIs() {
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    cluster.store.deleteToken(openid);

    OAuthToken renewed = one.refreshAccessToken(String.valueOf(token.refreshToken()));

    assertThat(cluster.stored(openid)).isEqualTo(renewed);
  }

  @Test
  void anExplicitRefreshThatLosesEightTimesIsHandedOver() {
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    AtomicInteger tries = changedByOthersBeforeEachReplace(cluster.store, token);

    assertThatThrownBy(() -> one.refreshAccessToken(String.valueOf(token.refreshToken())))
        .asInstanceOf(type(TokenNotSavedException.class))
        .satisfies(e -> assertIsAlive(e.token()));
    assertThat(tries).hasValue(8);
  }

  // Mini programs

  @Test
  void aSessionThatLosesEightTimesIsHandedOver() {
    String appid = "wxmini";
    cluster.weChat.addApp(SimulatorApp.of(appid, "secret", AppKind.MINI_PROGRAM));
    try (WeChatOAuth mini =
        WeChatOAuth.builder(appid, "secret")
            .store(cluster.store)
            .miniProgram(true)
            .apiEndpoint(cluster.weChat.uri())
            .clock(cluster.weChat.clock())
            .build()) {
      OAuthToken first = mini.getSessionKey(cluster.weChat.miniProgramLogin(appid, "amy"));
      AtomicInteger tries = changedByOthersBeforeEachReplace(cluster.store, first);

      assertThatThrownBy(() -> mini.getSessionKey(cluster.weChat.miniProgramLogin(appid, "amy")))
          .asInstanceOf(type(TokenNotSavedException.class))
          .satisfies(e -> assertThat(e.token().sessionKey()).isNotNull());
      assertThat(tries).hasValue(8);
    }
  }
}
