package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The guarantees of a store while the network to its server is slow, or broken in one of several
 * ways, under load: every call returns or fails within its deadline, the store recovers by itself,
 * and {@link HistoryChecker} finds no violation in all answers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
@Tag("faults")
public abstract class NetworkContract {
  private static final int THREADS = 8;
  private static final int MANY_THREADS = 32;
  private static final int ROUNDS = 20;
  private static final Duration FAULT = Duration.ofSeconds(2);
  private static final Duration RECOVERY = Duration.ofSeconds(5);
  private static final Duration LONG_OUTAGE = Duration.ofSeconds(60);
  private static final long HEAP = 50L << 20;

  /** The delay that a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private TcpProxy proxy;
  private String url;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // JUnit sets it before the first test.
  protected NetworkContract() {}

  /**
   * Returns the server's address; called once.
   *
   * @return its address
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract InetSocketAddress server() throws Exception;

  /**
   * Returns the store's URL for a client; called once.
   *
   * @param port the port of 127.0.0.1 that leads to the server
   * @return the URL of an empty store behind that port
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl(int port) throws Exception;

  /**
   * Returns the timeout of the store's operations.
   *
   * @return 3 seconds, unless overridden
   */
  protected Duration timeout() {
    return Duration.ofSeconds(3);
  }

  @BeforeAll
  void startTheProxy() throws Exception {
    proxy = new TcpProxy(server());
    url = storeUrl(proxy.port());
  }

  @AfterAll
  void stopTheProxy() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void aNetworkThatDelaysBreaksNoPromise() throws Exception {
    underLoad("delay", () -> proxy.delay(Duration.ofMillis(100)), false);
  }

  @Test
  void aNetworkThatIsThrottledBreaksNoPromise() throws Exception {
    underLoad("throttle", () -> proxy.throttle(4_000), false);
  }

  @Test
  void connectionsThatAreCutBreakNoPromise() throws Exception {
    underLoad("cut", proxy::cut, true);
  }

  @Test
  void connectionsThatAreResetBreakNoPromise() throws Exception {
    underLoad("reset", proxy::reset, true);
  }

  @Test
  void connectionsThatStayOpenAndSilentBreakNoPromise() throws Exception {
    underLoad("half-open", proxy::halfOpen, true);
  }

  @Test
  @Tag("long")
  void aMinuteOfSilenceFillsNoHeap() throws Exception {
    outageOfAMinute("silent", proxy::halfOpen);
  }

  @Test
  @Tag("long")
  void aMinuteOfResetsFillsNoHeap() throws Exception {
    outageOfAMinute("reset", proxy::reset);
  }

  private void outageOfAMinute(String name, Runnable fault) throws Exception {
    try (TokenStore store = TokenStores.open(url)) {
      OutageLoad load = new OutageLoad(store, name, MANY_THREADS);
      try (load) {
        await(() -> load.roundsOfEach() >= ROUNDS || !load.wrong().isEmpty());
        long before = usedHeap();
        fault.run();
        awaitFor(LONG_OUTAGE);
        long growth = usedHeap() - before;
        proxy.pass();
        long over = System.nanoTime();
        await(() -> load.lastSuccess() > over || !load.wrong().isEmpty());
        Duration recovery = Duration.ofNanos(load.lastSuccess() - over);

        print(
            String.format(
                Locale.ROOT,
                "60 s %s: heap growth %d KiB, longest call %d ms, recovered after %d ms",
                name,
                growth >> 10,
                load.longest().toMillis(),
                recovery.toMillis()));
        assertThat(growth).isLessThan(HEAP);
        assertThat(recovery).isBetween(Duration.ZERO, RECOVERY);
      }
      assertThat(load.wrong()).isEmpty();
      assertThat(load.failuresOfEach()).isPositive();
      assertThat(load.longest()).isLessThan(timeout().plus(SLACK));
      assertThat(load.missing()).isEmpty();
    } finally {
      proxy.pass();
    }
  }

  /**
   * Runs threads before, during and after the fault.
   *
   * @param fatal whether the fault stops all traffic, so that each thread must fail
   */
  private void underLoad(String name, Runnable fault, boolean fatal) throws Exception {
    History history = new History();
    try (TokenStore store = new RecordingTokenStore(TokenStores.open(url), "client", history)) {
      RecordedLoad load = new RecordedLoad(store, name, THREADS);
      try (load) {
        await(() -> load.roundsOfEach() >= ROUNDS || !load.wrong().isEmpty());
        fault.run();
        awaitFor(FAULT);
        await(() -> !fatal || load.failuresOfEach() > 0 || !load.wrong().isEmpty());
        long rounds = load.rounds();
        proxy.pass();
        long over = System.nanoTime();
        await(() -> load.rounds() > rounds || !load.wrong().isEmpty());
        Duration recovery = Duration.ofNanos(System.nanoTime() - over);
        long roundsOfEach = load.roundsOfEach();
        await(() -> load.roundsOfEach() >= roundsOfEach + ROUNDS || !load.wrong().isEmpty());

        print(name + ": recovered after " + recovery.toMillis() + " ms");
        assertThat(recovery).isLessThan(RECOVERY);
      }
      assertThat(load.wrong()).isEmpty();
      assertThat(longest(history)).isLessThan(timeout().plus(SLACK));
      assertThat(HistoryChecker.violations(history)).isEmpty();
    } finally {
      proxy.pass();
    }
  }

  /** The longest time that a call took, whether it succeeded or failed. */
  private static Duration longest(History history) {
    return Duration.ofNanos(
        history.operations().stream()
            .filter(operation -> operation.kind() != Kind.CALL)
            .mapToLong(operation -> operation.ended() - operation.invoked())
            .max()
            .orElse(0));
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void awaitFor(Duration time) {
    long start = System.nanoTime();
    await(() -> System.nanoTime() - start >= time.toNanos());
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting after %s", PATIENCE).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Prints the figures of a run, for readers of its output. */
  private void print(String what) {
    System.out.println(getClass().getSimpleName() + ": " + what);
  }
}
