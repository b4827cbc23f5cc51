package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.SimulatorApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anybody can call back with codes and states that WeChat never issued: what that may cost. */
class MadeUpCodesTest {
  private static final int PLACES = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestCluster cluster = new TestCluster();

  /** Does not give up on WeChat while a test holds its answers. */
  private final WeChatOAuth one = cluster.process(b -> b.httpTimeout(Duration.ofMinutes(2)));

  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private long exchanges() {
    return cluster.weChat.counters().calls(Endpoint.EXCHANGE);
  }

  /** Calls back with made-up codes until none finds a free thread any more. */
  private List<Running<OAuthToken>> flood(Gate gate) throws InterruptedException {
    List<Running<OAuthToken>> callbacks = new ArrayList<>();
    for (int i = 0; i < 2 * PLACES; i++) {
      String code = "made-up-" + i;
      callbacks.add(start(() -> one.getAccessToken(code)));
    }
    assertThat(gate.awaitArrivals(PLACES, PATIENCE)).isTrue();
    callbacks.forEach(callback -> TestCluster.awaitFrame(callback.thread(), Workers.class));
    return callbacks;
  }

  private static OAuthToken inTime(CompletableFuture<OAuthToken> call) throws Exception {
    return call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  // Places

  @Test
  void noRefreshWaitsForThem() throws Exception {
    OAuthToken old = one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      flood(gate);

      OAuthToken renewed = inTime(async(() -> one.getValidToken(openid)));

      assertThat(renewed.createAt()).isGreaterThan(old.createAt());
      assertThat(gate.arrivals()).isEqualTo(PLACES);
    }
  }

  @Test
  void noExplicitRefreshAndNoProfileWaitsForThem() throws Exception {
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    cluster.weChat.killAccessToken(String.valueOf(token.accessToken()));
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      flood(gate);

      CompletableFuture<UserInfo> profile = async(() -> one.getUser(openid));
      assertThat(profile.get(60, TimeUnit.SECONDS).openid()).isEqualTo(openid);
      inTime(async(() -> one.refreshAccessToken(String.valueOf(token.refreshToken()))));
    }
  }

  @Test
  void noSignInWaitsForRefreshesThatHang() throws Exception {
    for (int user = 0; user < PLACES; user++) {
      one.getAccessToken(cluster.code("user" + user));
    }
    cluster.expire();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
      for (int user = 0; user < PLACES; user++) {
        String id = cluster.openid("user" + user);
        start(() -> one.getValidToken(id));
      }
      assertThat(gate.awaitArrivals(PLACES, PATIENCE)).isTrue();

      assertThat(inTime(async(() -> one.getAccessToken(cluster.code("amy")))).openid())
          .isEqualTo(openid);
    }
  }

  @Test
  void aStateThatDoesNotVerifyCostsNeitherAPlaceNorAStoreOperation() throws Exception {
    WeChatOAuth behind = cluster.processWithClockOff(Duration.ofMinutes(-10));
    String old = behind.newState("session-1");
    String anothers = one.newState("session-2");
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      flood(gate);
      AtomicInteger operations = new AtomicInteger();
      cluster.store.beforeLease = operations::incrementAndGet;
      cluster.store.beforeGet = operations::incrementAndGet;

      for (String state : new String[] {"", "made-up", "z".repeat(128), old, anothers, "\ud800"}) {
        assertThatExceptionOfType(InvalidStateException.class)
            .isThrownBy(() -> one.verifyState(state, "session-1", "made-up"));
      }
      assertThat(operations).hasValue(0);
    }
  }

  // Limits

  @ParameterizedTest
  @ValueSource(ints = {45009, 45011})
  void aLimitStopsAllExchangesUntilTheNextMinuteAndSpoilsNoCode(int limit) {
    cluster.weChat.clock().freeze();
    String code = cluster.code("amy");
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(limit).times(1));
    assertLimited(limit, "made-up");

    AtomicInteger leases = new AtomicInteger();
    cluster.store.beforeLease = leases::incrementAndGet;
    assertLimited(limit, code);
    assertLimited(limit, "made-up too");
    assertThat(exchanges()).isEqualTo(1);
    assertThat(leases).hasValue(0);

    cluster.weChat.clock().advance(Duration.ofMinutes(1));
    assertThat(one.getAccessToken(code).openid()).isEqualTo(openid);
    assertThatThrownBy(() -> one.getAccessToken("made-up"))
        .isInstanceOf(ReauthorizationRequiredException.class);
  }

  private void assertLimited(int limit, String code) {
    assertThatExceptionOfType(WeChatApiException.class)
        .isThrownBy(() -> one.getAccessToken(code))
        .satisfies(e -> assertThat(e.errcode()).isEqualTo(limit));
  }

  @Test
  void aCodeThatWasRefusedForALimitIsGoodInTheNextMinute() {
    cluster.weChat.clock().freeze();
    String code = cluster.code("amy");
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(45011).times(1));
    assertLimited(45011, code);
    assertLimited(45011, code);

    cluster.weChat.clock().advance(Duration.ofMinutes(1));

    assertThat(one.getAccessToken(code).openid()).isEqualTo(openid);
    assertThat(exchanges()).isEqualTo(2);
  }

  @Test
  void codesThatWaitForAFreeThreadAreNotSentOnceALimitIsReached() throws Exception {
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(45011));
    cluster.weChat.clock().freeze();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.EXCHANGE)) {
      List<Running<OAuthToken>> callbacks = flood(gate);
      gate.release();

      assertThat(callbacks)
          .allSatisfy(
              callback ->
                  assertThatThrownBy(callback.result()::join)
                      .hasCauseInstanceOf(WeChatApiException.class));
    }
    assertThat(exchanges()).isEqualTo(PLACES);
  }

  @Test
  void aLimitOfExchangesStopsNoRefreshAndALimitOfRefreshesNoExchange() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    cluster.weChat.clock().freeze();
    cluster.weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(45011).times(1));
    assertLimited(45011, "made-up");
    assertThat(one.getValidToken(openid).isValid(cluster.weChat.clock().instant())).isTrue();

    cluster.expire();
    cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(45011).times(1));
    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(WeChatApiException.class);
    assertThat(one.getAccessToken(cluster.code("amy"))).isEqualTo(cluster.stored(openid));
  }

  /** WeChat counts sessions per user, so one device must not lock the others out. */
  @Test
  void aLimitOfOneMiniProgramUserStopsNoOther() {
    cluster.weChat.addApp(SimulatorApp.of("wxmini", "secret", AppKind.MINI_PROGRAM));
    cluster.weChat.clock().freeze();
    try (WeChatOAuth mini = miniProgram()) {
      String code = cluster.weChat.miniProgramLogin("wxmini", "amy");
      cluster.weChat.faults().add(Endpoint.JSCODE2SESSION, Fault.errcode(45011).times(1));
      assertSessionLimited(mini, code, 45011);

      mini.getSessionKey(cluster.weChat.miniProgramLogin("wxmini", "bob"));
      assertThat(mini.getSessionKey(code).sessionKey()).isNotEmpty();
      assertThat(cluster.weChat.counters().calls(Endpoint.JSCODE2SESSION)).isEqualTo(3);
    }
  }

  @Test
  void theDailyLimitOfSessionsStopsThemAllUntilTheNextMinute() {
    cluster.weChat.addApp(SimulatorApp.of("wxmini", "secret", AppKind.MINI_PROGRAM));
    cluster.weChat.clock().freeze();
    try (WeChatOAuth mini = miniProgram()) {
      cluster.weChat.faults().add(Endpoint.JSCODE2SESSION, Fault.errcode(45009).times(1));
      assertSessionLimited(mini, "made-up", 45009);
      assertSessionLimited(mini, cluster.weChat.miniProgramLogin("wxmini", "amy"), 45009);
      assertThat(cluster.weChat.counters().calls(Endpoint.JSCODE2SESSION)).isEqualTo(1);
    }
  }

  private WeChatOAuth miniProgram() {
    return WeChatOAuth.builder("wxmini", "secret")
        .store(cluster.store)
        .miniProgram(true)
        .apiEndpoint(cluster.weChat.uri())
        .clock(cluster.weChat.clock())
        .build();
  }

  private static void assertSessionLimited(WeChatOAuth mini, String code, int limit) {
    assertThatExceptionOfType(WeChatApiException.class)
        .isThrownBy(() -> mini.getSessionKey(code))
        .satisfies(e -> assertThat(e.errcode()).isEqualTo(limit));
  }

  // Memory

  @Test
  void refusalsPushOutNoOutcomeOfASignIn() {
    CodeOutcomes outcomes = new CodeOutcomes(cluster.weChat.clock());
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    outcomes.remember("honest", token);
    var notSaved = new TokenNotSavedException("the store failed", token, null);
    outcomes.remember("not saved", notSaved);
    for (int i = 0; i < 20_000; i++) {
      outcomes.remember("made-up-" + i, refusal());
    }

    assertThat(outcomes.token("honest")).isEqualTo(token);
    assertThatThrownBy(() -> outcomes.token("not saved")).isSameAs(notSaved);
    assertThat(outcomes.token("made-up-18999")).isNull();
    assertThatThrownBy(() -> outcomes.token("made-up-19000"))
        .isInstanceOf(ReauthorizationRequiredException.class);
  }

  @Test
  void anOutcomeThatIsRememberedAgainTakesThePlaceOfTheFormer() {
    CodeOutcomes outcomes = new CodeOutcomes(cluster.weChat.clock());
    OAuthToken token = one.getAccessToken(cluster.code("amy"));
    outcomes.remember("code", refusal());
    outcomes.remember("code", token);
    assertThat(outcomes.token("code")).isEqualTo(token);

    outcomes.remember("code", refusal());
    assertThatThrownBy(() -> outcomes.token("code"))
        .isInstanceOf(ReauthorizationRequiredException.class);
  }

  private static WeChatOAuthException refusal() {
    return new ReauthorizationRequiredException(
        "this code is not valid (any more)", new WeChatApiException(40029, "invalid code"));
  }

  // Figures

  /** With 50 ms for each of WeChat's answers; prints what a burst costs those who refresh. */
  @Test
  @Tag("long")
  void sixThousandAtOnceFailNoRefresh() throws Exception {
    cluster.weChat.quotas().unlimited();
    cluster.weChat.faults().addEverywhere(Fault.slow(Duration.ofMillis(50)));
    WeChatOAuth client = cluster.process();
    for (int user = 0; user < 16; user++) {
      client.getAccessToken(cluster.code("user" + user));
    }
    refreshUntil(client, System.nanoTime() + TimeUnit.SECONDS.toNanos(5)); // warms up

    List<Long> alone = refreshUntil(client, System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(6_000);
    for (int i = 0; i < 6_000; i++) {
      String code = "made-up-" + i;
      start(
          () -> {
            go.await();
            try {
              return client.getAccessToken(code);
            } finally {
              left.countDown();
            }
          });
    }
    long start = System.nanoTime();
    go.countDown();
    List<Long> flooded = refreshWhile(client, () -> left.getCount() > 0);
    Duration burst = Duration.ofNanos(System.nanoTime() - start);

    print("without made-up codes", alone, Duration.ofSeconds(10));
    print("with 6,000 at once", flooded, burst);
    // In one queue with them, each refresh would take as long as the burst.
    assertThat(flooded.get(flooded.size() * 99 / 100)).isLessThan(burst.toNanos() / 2);
  }

  private List<Long> refreshUntil(WeChatOAuth client, long end) {
    return refreshWhile(client, () -> System.nanoTime() - end < 0);
  }

  /** Has 16 users refresh again and again, and returns how long each refresh took, in order. */
  private List<Long> refreshWhile(WeChatOAuth client, BooleanSupplier goesOn) {
    List<CompletableFuture<List<Long>>> users = new ArrayList<>();
    for (int user = 0; user < 16; user++) {
      String id = cluster.openid("user" + user);
      users.add(async(() -> refreshes(client, id, goesOn)));
    }
    return users.stream().flatMap(user -> user.join().stream()).sorted().toList();
  }

  private List<Long> refreshes(WeChatOAuth client, String id, BooleanSupplier goesOn) {
    List<Long> took = new ArrayList<>();
    do {
      OAuthToken stored = cluster.stored(id);
      cluster.store.saveToken(id, stored.toBuilder().createAt(took.size() + 1).build());
      long start = System.nanoTime();
      client.getValidToken(id);
      took.add(System.nanoTime() - start);
    } while (goesOn.getAsBoolean());
    return took;
  }

  private static void print(String what, List<Long> took, Duration in) {
    System.out.printf(
        Locale.ROOT,
        "MadeUpCodesTest: %s: %d refreshes in %.1f s, %.0f/s, p50 %d ms, p99 %d ms, max %d ms%n",
        what,
        took.size(),
        in.toMillis() / 1e3,
        took.size() * 1e3 / in.toMillis(),
        took.get(took.size() / 2) / 1_000_000,
        took.get(took.size() * 99 / 100) / 1_000_000,
        took.get(took.size() - 1) / 1_000_000);
  }
}
