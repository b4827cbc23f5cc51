package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.wxtoken.CallbackResult.Denied;
import io.github.wxtoken.CallbackResult.FailedForNow;
import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.SnapshotUser;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The results of callbacks, one by one. The paths of browsers across nodes and stores are in {@code
 * CallbackContract} of faults.
 */
class CallbackTest {
  private static final String VISITOR = "visitor-1";
  private static final String PATH = "/orders?id=7";

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");
  private final String state = one.newState(VISITOR, PATH);

  @AfterEach
  void close() {
    cluster.close();
  }

  private CallbackResult callsBack(@Nullable String code, @Nullable String state) {
    return one.handleCallback(code, state, VISITOR);
  }

  private long exchanges() {
    return cluster.weChat.counters().calls(Endpoint.EXCHANGE);
  }

  // Results

  @Test
  void whoConsentedIsSignedInAndReturns() {
    assertThat(callsBack(cluster.code("amy"), state))
        .asInstanceOf(type(SignedIn.class))
        .returns(PATH, SignedIn::returnPath)
        .satisfies(result -> assertThat(result.token()).isEqualTo(cluster.stored(openid)));
  }

  @Test
  void twoCallbacksAtTheSameTimeAreBothSignedInByOneExchange() throws Exception {
    String code = cluster.code("amy");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      List<CompletableFuture<CallbackResult>> both =
          List.of(async(() -> callsBack(code, state)), async(() -> callsBack(code, state)));
      assertThat(gate.awaitArrivals(1, Duration.ofSeconds(60))).isTrue();
      gate.release();

      assertThat(both.get(0).join()).isInstanceOf(SignedIn.class);
      assertThat(both.get(1).join()).isEqualTo(both.get(0).join());
    }
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aRepeatOnAnotherNodeNamesThePathAndMayStartAgain() {
    String code = cluster.code("amy");
    callsBack(code, state);

    CallbackResult repeat = other.handleCallback(code, state, VISITOR);

    assertThat(repeat).isEqualTo(new Repeated(PATH, 1));
    assertThat(new Repeated(PATH, 2).mayStartAgain()).isTrue();
    assertThat(new Repeated(PATH, 3).mayStartAgain()).isFalse();
  }

  @Test
  void aSnapshotUserIsNotKept() {
    String code = cluster.weChat.authorizeSnapshot(WeChatSimulator.APPID);

    assertThat(callsBack(code, state))
        .asInstanceOf(type(SnapshotUser.class))
        .returns(PATH, SnapshotUser::returnPath);
    assertThat(cluster.store.tokens()).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void aCallbackWithoutACodeIsADenialWhosePathIsKnownIfTheStateVerifies(@Nullable String code) {
    cluster.store.goAway();

    assertThat(callsBack(code, state)).isEqualTo(new Denied(PATH));
    assertThat(callsBack(code, null)).isEqualTo(new Denied(null));
    assertThat(one.handleCallback(code, state, "another")).isEqualTo(new Denied(null));
    assertThat(one.handleCallback(code, state, null)).isEqualTo(new Denied(null));
  }

  @Test
  void aDenialDoesNotUseTheStateUp() {
    callsBack(null, state);

    assertThat(callsBack(cluster.code("amy"), state)).isInstanceOf(SignedIn.class);
  }

  private void assertStartsAgain(
      CallbackResult result, Reason reason, @Nullable String path, Class<?> cause) {
    assertThat(result)
        .asInstanceOf(type(StartAgain.class))
        .returns(reason, StartAgain::reason)
        .returns(path, StartAgain::returnPath)
        .returns(1, StartAgain::attempt)
        .satisfies(again -> assertThat(again.cause()).isInstanceOf(cause));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\ud800"})
  void aCallbackWithoutAVisitorStartsAgain(@Nullable String visitor) {
    assertStartsAgain(
        one.handleCallback("code", state, visitor),
        Reason.VISITOR_MISSING,
        null,
        InvalidStateException.class);
  }

  @Test
  void anothersStateStartsAgainWithoutItsPath() {
    assertStartsAgain(
        one.handleCallback("code", state, "another"),
        Reason.STATE_OF_ANOTHER_VISITOR,
        null,
        InvalidStateException.class);
  }

  @Test
  void whatIsNotTrustedCostsNoOperationOfTheStoreAndNoCall() {
    cluster.store.goAway();
    callsBack("code", "made-up");
    callsBack("code", one.newState("another"));
    callsBack("c".repeat(513), state);
    callsBack("\udc00", state);

    assertThat(cluster.weChat.counters().total()).isZero();
  }

  @Test
  void anExpiredStateStartsAgainWithItsPath() {
    cluster.weChat.clock().advance(Duration.ofMinutes(10));

    assertStartsAgain(
        callsBack("code", state), Reason.STATE_EXPIRED, PATH, InvalidStateException.class);
    assertThat(exchanges()).isZero();
  }

  @Test
  void anotherCodeStartsAgainWithThePath() {
    callsBack(cluster.code("amy"), state);

    assertStartsAgain(
        callsBack(cluster.code("amy"), state),
        Reason.STATE_USED,
        PATH,
        InvalidStateException.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"never-issued", "\ud800"})
  void aCodeThatWeChatDoesNotTakeStartsAgain(String code) {
    assertStartsAgain(
        callsBack(code, state), Reason.CODE_REFUSED, PATH, ReauthorizationRequiredException.class);
  }

  @Test
  void aCodeThatCannotBeOneDoesNotUseTheStateUp() {
    callsBack("\ud800", state);
    callsBack("c".repeat(513), state);

    assertThat(callsBack(cluster.code("amy"), state)).isInstanceOf(SignedIn.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_ERROR", "EMPTY_BODY", "CLOSED", "TRUNCATED", "HTML"})
  void anExchangeWithoutAUsableAnswerStartsAgain(Fault.Kind kind) {
    Fault fault =
        kind == Fault.Kind.HTTP_ERROR ? Fault.httpError(502) : Fault.of(kind).afterProcessing();
    cluster.weChat.faults().add(Endpoint.EXCHANGE, fault.times(1));
    String code = cluster.code("amy");

    assertStartsAgain(
        callsBack(code, state), Reason.OUTCOME_UNKNOWN, PATH, WeChatTransportException.class);
    assertStartsAgain(
        callsBack(code, state), Reason.OUTCOME_UNKNOWN, PATH, CodeOutcomeUnknownException.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  @Test
  void aTokenThatIsNotSavedStartsAgainAndIsHandedOver() {
    cluster.store.beforeSaveIfAbsent =
        () -> {
          throw new TokenStoreException("the store died", null);
        };

    assertStartsAgain(
        callsBack(cluster.code("amy"), state),
        Reason.NOT_SAVED,
        PATH,
        TokenNotSavedException.class);
  }

  private static void assertFailedForNow(CallbackResult result, boolean mayReload, Class<?> cause) {
    assertThat(result)
        .asInstanceOf(type(FailedForNow.class))
        .returns(mayReload, FailedForNow::mayReload)
        .satisfies(failed -> assertThat(failed.cause()).isInstanceOf(cause));
  }

  @ParameterizedTest
  @ValueSource(ints = {40164, 40125, 40013, 45009, 45011, 48001})
  void aRefusalThatIsNotAboutTheCodeMayBeReloaded(int errcode) {
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(errcode).times(1));

    CallbackResult result = callsBack(cluster.code("amy"), state);

    assertFailedForNow(result, true, WeChatApiException.class);
    assertThat(result.returnPath()).isEqualTo(PATH);
  }

  @Test
  void aStoreThatIsUnreachableMayBeReloaded() {
    cluster.store.goAway();
    assertFailedForNow(callsBack(cluster.code("amy"), state), true, TokenStoreException.class);
    assertThat(exchanges()).isZero();
  }

  @Test
  void aStoreThatFailsBetweenTheStateAndTheCodeMayBeReloaded() {
    String code = cluster.code("amy");
    AtomicInteger leases = new AtomicInteger();
    cluster.store.beforeLease =
        () -> {
          if (leases.incrementAndGet() == 4) {
            throw new TokenStoreException("the store died", null);
          }
        };
    assertFailedForNow(callsBack(code, state), true, TokenStoreException.class);
    assertThat(exchanges()).isZero();

    assertThat(callsBack(code, state)).isInstanceOf(SignedIn.class);
  }

  @Test
  void aStateThatAFailingStoreSpoiledStartsAgain() {
    String code = cluster.code("amy");
    AtomicInteger leases = new AtomicInteger();
    cluster.store.leases =
        lease -> {
          if (leases.incrementAndGet() == 2) {
            throw new TokenStoreException("the answer was lost", null);
          }
          return lease;
        };
    assertFailedForNow(callsBack(code, state), true, TokenStoreException.class);

    assertStartsAgain(callsBack(code, state), Reason.STATE_USED, PATH, InvalidStateException.class);
  }

  @Test
  void aStoreThatCannotLeaseSignsNobodyIn() {
    cluster.store.leases = lease -> Lease.unchecked(Duration.ofMinutes(1));

    assertFailedForNow(callsBack(cluster.code("amy"), state), true, TokenStoreException.class);
    assertThat(exchanges()).isZero();
  }

  @Test
  void anInterruptedCallerMayReloadAndIsThenSignedIn() throws Exception {
    String code = cluster.code("amy");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      TestCluster.Running<CallbackResult> waiting = TestCluster.start(() -> callsBack(code, state));
      assertThat(gate.awaitArrivals(1, Duration.ofSeconds(60))).isTrue();
      waiting.thread().interrupt();

      assertFailedForNow(waiting.result().join(), true, WeChatTransportException.class);
      gate.release();
    }
    assertThat(callsBack(code, state)).isInstanceOf(SignedIn.class);
    assertThat(exchanges()).isEqualTo(1);
  }

  // Three attempts in a row

  @Test
  void eachStartAgainCountsAndTheThirdAttemptFailsForNow() {
    String next = state;
    for (int attempt = 1; attempt <= 2; attempt++) {
      CallbackResult result = one.handleCallback("code", next, null);
      assertThat(result).asInstanceOf(type(StartAgain.class)).returns(attempt, StartAgain::attempt);
      next = other.newState(VISITOR, result);
    }

    assertFailedForNow(one.handleCallback("code", next, null), false, InvalidStateException.class);
  }

  @Test
  void aStateThatTellsNoNumberIsNotFollowedByAnother() {
    for (String untold : new String[] {"", "hehe", "4" + state, " " + state}) {
      assertFailedForNow(callsBack("code", untold), false, InvalidStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 3", "3, 3"})
  void aRepeatCountsToo(int attempt, int next) {
    assertThat(one.newState(VISITOR, new Repeated(PATH, attempt))).startsWith("" + next);
  }

  @Test
  void whatTheUserBeginsCountsAnew() {
    var failure = new WeChatOAuthException("failed", null);
    OAuthToken token = OAuthToken.builder().openid("o").build();
    for (CallbackResult result :
        List.of(
            new Denied(PATH),
            new FailedForNow(failure, false, PATH),
            new SignedIn(token, PATH),
            new SnapshotUser(token, PATH))) {
      String next = one.newState(VISITOR, result);

      assertThat(next).startsWith("1");
      assertThat(one.verifyState(next, VISITOR, "code").returnPath()).isEqualTo(PATH);
    }
  }

  @Test
  void theNextStateKeepsThePath() {
    cluster.weChat.clock().advance(Duration.ofMinutes(10));
    CallbackResult expired = callsBack("code", state);

    String next = one.newState(VISITOR, expired);

    assertThat(next).startsWith("2");
    assertThat(callsBack(cluster.code("amy"), next)).returns(PATH, CallbackResult::returnPath);
  }

  @Test
  void attemptsAreFromOneToThreeAndNoThirdOneStartsAgain() {
    var failure = new WeChatOAuthException("failed", null);
    for (int wrong : new int[] {-1, 0, 4}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Repeated(null, wrong))
          .withMessage("attempt must be from 1 to 3");
    }
    for (int wrong : new int[] {-1, 0, 3}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StartAgain(Reason.NOT_SAVED, failure, null, wrong))
          .withMessage("attempt must be from 1 to 2");
    }
  }

  // Misuse

  @SuppressWarnings("NullAway")
  @Test
  void theNextStateNeedsAVisitorAndAResult() {
    Denied denied = new Denied(null);
    assertThatIllegalArgumentException().isThrownBy(() -> one.newState(" ", denied));
    assertThatIllegalArgumentException().isThrownBy(() -> one.newState("\ud800", denied));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.newState(VISITOR, (CallbackResult) null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.newState(VISITOR, new Denied("//evil.example")));
  }

  @Test
  void aClosedClientAndAMiniProgramHandleNoCallback() {
    WeChatOAuth mini = cluster.process(b -> b.miniProgram(true));
    assertThatIllegalStateException()
        .isThrownBy(() -> mini.handleCallback(null, null, null))
        .withMessageContaining("pass the code of wx.login to getSessionKey");

    one.close();
    assertThatIllegalStateException().isThrownBy(() -> callsBack(null, null));
  }
}
