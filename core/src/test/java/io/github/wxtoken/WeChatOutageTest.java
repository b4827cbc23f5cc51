package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten minutes without WeChat, by the simulator's clock, and more than 10,000 calls meanwhile:
 * docs/design.md#failures.
 */
@Execution(ExecutionMode.CONCURRENT) // those in which WeChat hangs do little but wait
@Tag("faults")
class WeChatOutageTest {
  /** The number of users of each kind: with an expired, a due but valid, and a fresh token. */
  private static final int USERS = 20;

  /** Seconds after the first call at which another is allowed: 1 s doubling to 60 s. */
  private static final List<Integer> STEPS =
      List.of(0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543, 603);

  private static final int CALLS_AT_A_STEP = 8;
  private static final int CALLS_BEFORE_THE_NEXT = 4;

  /** So that a token can be due, and valid, for all of an outage. */
  private static final Duration AHEAD = Duration.ofMinutes(15);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CALLERS = 100;

  /** Tells our threads from those of other tests. */
  private final ThreadGroup group = new ThreadGroup("outage");

  private final ExecutorService callers =
      Executors.newFixedThreadPool(CALLERS, task -> new Thread(group, task, "caller"));
  private final TestCluster cluster = new TestCluster();
  private final Map<String, OAuthToken> tokens = new HashMap<>();
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
  private final WeChatOAuthListener listener =
      new WeChatOAuthListener() {
        @Override
        public void refreshed(
            String appid, @Nullable String user, RefreshOutcome outcome, Duration took) {
          attempts.merge(String.valueOf(user), 1, Integer::sum);
        }
      };

  @AfterEach
  void close() {
    callers.shutdownNow();
    cluster.close();
  }

  static Stream<Arguments> outages() {
    return Stream.of(
        Arguments.of("down", Fault.of(Fault.Kind.CLOSED), 2),
        Arguments.of("HTML", Fault.of(Fault.Kind.HTML), 2),
        Arguments.of("-1", Fault.errcode(-1), 2),
        Arguments.of("slow", Fault.slow(Duration.ofHours(1)), 1),
        Arguments.of("hangs in the body", Fault.of(Fault.Kind.HANG_IN_BODY), 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outages")
  void anOutageCostsOneCallPerUserProcessAndStep(String name, Fault fault, int count) {
    // A WeChat that hangs makes each step last as long as a process waits for it.
    List<WeChatOAuth> processes = processes(count, Duration.ofSeconds(count == 1 ? 1 : 5));
    signIn(USERS);
    cluster.weChat.faults().add(Endpoint.REFRESH, fault);

    outlast(processes);

    long each = (STEPS.size() - 1L) * count;
    of("over").forEach(user -> awaitAttempts(user, each));
    assertThat(of("over")).allSatisfy(user -> assertThat(attempts(user)).isEqualTo(each));
    assertThat(of("due")).allSatisfy(user -> assertThat(attempts(user)).isBetween(1L, each));
    // By WeChat's own count there may be fewer: a busy machine gives some up on their way.
    assertThat(tokens.keySet())
        .allSatisfy(user -> assertThat(calls(user)).isLessThanOrEqualTo(each));
    assertThat(of("fresh")).allSatisfy(user -> assertThat(calls(user)).isZero());
    assertRecovery(processes);
  }

  @ParameterizedTest
  @ValueSource(ints = {45009, 45011})
  void aLimitCostsOneCallPerUserProcessAndMinute(int limit) {
    List<WeChatOAuth> processes = processes(2, Duration.ofSeconds(5));
    signIn(USERS);
    cluster.weChat.faults().add(Endpoint.REFRESH, Fault.errcode(limit));

    outlast(processes);

    long atMost = 11L * processes.size(); // in minutes that have begun
    assertThat(tokens.keySet())
        .allSatisfy(user -> assertThat(calls(user)).isLessThanOrEqualTo(atMost));
    assertThat(cluster.refreshes()).as("asked again each minute").isGreaterThanOrEqualTo(atMost);
    cluster.weChat.clock().advance(Duration.ofMinutes(1));
    assertRecovery(processes);
  }

  @Test
  void aWeChatThatHangsTakesSixtyFourThreadsAndNobodyWhoseTokenIsValidWaits() throws Exception {
    WeChatOAuth process = processes(1, PATIENCE).get(0);
    signIn(CALLERS);
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
      List<CompletableFuture<OAuthToken>> waiting =
          of("over").stream()
              .map(
                  user -> CompletableFuture.supplyAsync(() -> process.getValidToken(user), callers))
              .toList();
      assertThat(gate.awaitArrivals(64, PATIENCE)).isTrue();
      // Each waits for an answer, or for a thread that could ask.
      threads("caller").forEach(caller -> TestCluster.awaitFrame(caller, Workers.class));

      assertThat(threads("wxtoken-")).hasSize(64);
      assertThat(gate.arrivals()).isEqualTo(64);
      for (String user : of("due")) {
        assertThat(process.getValidToken(user)).isEqualTo(tokens.get(user));
      }
      for (String user : of("fresh")) {
        assertThat(process.getValidToken(user)).isEqualTo(tokens.get(user));
      }

      gate.release();
      assertThat(waiting).allSatisfy(call -> assertThat(isFresh(call.join())).isTrue());
    }
    assertThat(cluster.refreshes())
        .as("one for each, and none for those who got no thread")
        .isEqualTo(CALLERS);
  }

  private List<WeChatOAuth> processes(int count, Duration httpTimeout) {
    Duration lease = httpTimeout.plusSeconds(3);
    RefreshPolicy policy =
        new RefreshPolicy(AHEAD, Duration.ofSeconds(1), lease, lease.multipliedBy(3));
    UnaryOperator<WeChatOAuth.Builder> details =
        b -> b.httpTimeout(httpTimeout).refreshPolicy(policy).listener(listener);
    return IntStream.range(0, count).mapToObj(i -> cluster.process(details)).toList();
  }

  /** Leaves tokens that are over, that have 14 minutes left, and that have 2 hours. */
  private void signIn(int users) {
    WeChatOAuth process = cluster.process(); // which is in no hurry
    cluster.weChat.clock().freeze();
    // On a full minute, which a limit goes by.
    cluster.weChat.clock().set(Instant.now().truncatedTo(ChronoUnit.MINUTES));
    signIn(process, users, "over");
    cluster.weChat.clock().advance(Duration.ofMinutes(15));
    signIn(process, users, "due");
    cluster.weChat.clock().advance(TestCluster.LIFE.minusMinutes(14));
    signIn(process, users, "fresh");
  }

  private void signIn(WeChatOAuth process, int users, String kind) {
    for (int i = 0; i < users; i++) {
      OAuthToken token = process.getAccessToken(cluster.code(kind + i));
      tokens.put(token.openid(), token);
    }
  }

  private List<String> of(String kind) {
    return IntStream.range(0, tokens.size() / 3).mapToObj(i -> cluster.openid(kind + i)).toList();
  }

  /** Everyone asks at each step, and again just before the next. */
  private void outlast(List<WeChatOAuth> processes) {
    for (int step = 1; step < STEPS.size(); step++) {
      Duration length = Duration.ofSeconds(STEPS.get(step) - STEPS.get(step - 1));
      everyoneAsks(processes, CALLS_AT_A_STEP);
      cluster.weChat.clock().advance(length.minusMillis(1));
      everyoneAsks(processes, CALLS_BEFORE_THE_NEXT);
      cluster.weChat.clock().advance(Duration.ofMillis(1));
    }
  }

  private void everyoneAsks(List<WeChatOAuth> processes, int times) {
    List<String> over = of("over");
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      WeChatOAuth process = processes.get(i % processes.size());
      for (String user : tokens.keySet()) {
        Runnable call = () -> assertAnswer(process, user, !over.contains(user));
        calls.add(CompletableFuture.runAsync(call, callers));
      }
    }
    calls.forEach(CompletableFuture::join);
  }

  private void assertAnswer(WeChatOAuth process, String user, boolean isValid) {
    if (isValid) {
      assertThat(process.getValidToken(user)).isEqualTo(tokens.get(user));
    } else {
      assertThatThrownBy(() -> process.getValidToken(user))
          .isInstanceOfAny(WeChatTransportException.class, WeChatApiException.class);
    }
  }

  /** The next step has come: who was refused all the time is served, by one call each. */
  private void assertRecovery(List<WeChatOAuth> processes) {
    cluster.weChat.faults().clear();
    for (String user : of("over")) {
      long before = calls(user);
      int steps = recover(processes.get(0), user);
      processes.forEach(process -> assertThat(isFresh(process.getValidToken(user))).isTrue());
      assertThat(calls(user)).isBetween(before + 1, before + steps);
    }
  }

  /** Returns how many steps it took: one, unless a busy machine is too slow for the timeout. */
  private int recover(WeChatOAuth process, String user) {
    for (int steps = 1; ; steps++) {
      try {
        process.getValidToken(user);
        return steps;
      } catch (WeChatTransportException e) {
        assertThat(steps).isLessThan(10);
        cluster.weChat.clock().advance(Duration.ofMinutes(1));
      }
    }
  }

  private boolean isFresh(OAuthToken token) {
    return token.isValid(cluster.weChat.clock().instant().plus(AHEAD));
  }

  /** A caller may have its answer before the listener is told. */
  private void awaitAttempts(String openid, long count) {
    while (attempts(openid) < count) {
      Thread.onSpinWait();
    }
  }

  /** Calls to WeChat by their senders' count. */
  private long attempts(String openid) {
    return attempts.getOrDefault(openid, 0);
  }

  /** Calls to WeChat by its own count. */
  private long calls(String openid) {
    return cluster.weChat.counters().refreshesOfOpenid(openid);
  }

  private Stream<Thread> threads(String name) {
    Thread[] threads = new Thread[1_000];
    return Arrays.stream(threads, 0, group.enumerate(threads))
        .filter(thread -> thread.getName().startsWith(name));
  }
}
