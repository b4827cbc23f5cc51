package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Counters;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The guarantees of a store for the app's own access token: 8 processes (JVMs) of 32 threads use
 * one token, and WeChat is asked once per expiry, whatever dies or fails meanwhile. The simulator
 * counts the calls, and refuses tokens that it has retired, outside the processes.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} accepts in every process, and whose
 * module is on the class path of the test.
 */
@Timeout(300)
@Isolated("eight more JVMs are more than a machine should have besides other tests")
@Tag("faults")
public abstract class AppTokenContract {
  private static final int PROCESSES = 8;
  private static final int THREADS = 32;
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** After so long a process asks the store again. */
  private static final Duration COPY = Duration.ofSeconds(10);

  private final List<Cluster> clusters = new ArrayList<>();

  /** For subclasses. */
  protected AppTokenContract() {}

  /**
   * Returns the URL of the store of all processes; called once for each case.
   *
   * @return the URL of an empty store that can lease between processes
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @AfterEach
  void stop() {
    clusters.forEach(Cluster::close);
  }

  private Cluster cluster(int processes, Times times) throws Exception {
    Cluster cluster = new Cluster(storeUrl(), times);
    clusters.add(cluster);
    cluster.start(processes);
    return cluster;
  }

  @Test
  void aTokenThatAllNeedAtOnceIsFetchedOnce() throws Exception {
    Cluster cluster = cluster(PROCESSES, Times.PATIENT);

    List<String> answers = Cluster.all(cluster.nodes(), "app " + THREADS);

    assertThat(answers).singleElement().asString().startsWith("app ok ").endsWith(" 256");
    assertThat(fetches(cluster)).isEqualTo(1);
  }

  @Test
  void tenExpiriesWithRefreshAheadCostTenFetchesAndNobodyWaits() throws Exception {
    Cluster cluster = cluster(PROCESSES, Times.PATIENT);
    Cluster.all(cluster.nodes(), "app 1");
    for (int expiry = 1; expiry <= 10; expiry++) {
      List<String> old = Cluster.all(cluster.nodes(), "app " + THREADS);
      cluster.advance(LIFE.minusMinutes(4), cluster.nodes());
      try (Gate weChat = cluster.weChat().faults().hold(Endpoint.STABLE_TOKEN)) {
        assertThat(Cluster.all(cluster.nodes(), "app " + THREADS))
            .as("while WeChat does not answer")
            .isEqualTo(old);
        assertThat(weChat.awaitArrivals(1, PATIENCE)).isTrue();
      }
      awaitAnother(cluster, old);
      assertThat(fetches(cluster)).isEqualTo(1 + expiry);
      assertAllCallsSucceed(cluster, cluster.nodes());
    }
    Counters counters = cluster.weChat().counters();
    print("10 expiries, " + (fetches(cluster) - 1) + " fetches");
    assertThat(counters.appTokensIssued(WeChatSimulator.APPID)).isEqualTo(11);
  }

  @Test
  void anExpiryWithoutRefreshAheadCostsOneFetch() throws Exception {
    Cluster cluster = cluster(PROCESSES, Times.PATIENT);
    Cluster.all(cluster.nodes(), "app 1");
    for (int expiry = 1; expiry <= 3; expiry++) {
      cluster.advance(LIFE, cluster.nodes());

      assertThat(Cluster.all(cluster.nodes(), "app " + THREADS)).hasSize(1);
      assertThat(fetches(cluster)).isEqualTo(1 + expiry);
    }
  }

  @Test
  void aRefusedTokenIsReplacedOnceAndLateRefusalsFetchNothing() throws Exception {
    Cluster cluster = cluster(PROCESSES, Times.PATIENT);
    Cluster.all(cluster.nodes(), "keep");
    cluster.weChat().killAppTokens(WeChatSimulator.APPID);

    List<String> atOnce = Cluster.all(cluster.nodes(), "late " + THREADS);
    long issued = cluster.weChat().counters().appTokensIssued(WeChatSimulator.APPID);
    long fetched = fetches(cluster);
    List<String> late = Cluster.all(cluster.nodes(), "late 8");

    assertThat(atOnce).singleElement().asString().startsWith("app ok ").endsWith(" 256");
    assertThat(issued).isEqualTo(2);
    assertThat(late).singleElement().asString().startsWith("app ok ").endsWith(" 64");
    assertThat(fetches(cluster)).as("64 late refusals").isEqualTo(fetched);
    assertAllCallsSucceed(cluster, cluster.nodes());
  }

  @Test
  protected void aProcessThatIsKilledAtAnyPointOfARefreshHoldsNobodyUp() throws Exception {
    Cluster cluster = cluster(2, Times.SHORT);
    List<NodeProcess> survivors = List.copyOf(cluster.nodes());
    Cluster.all(survivors, "app 1");
    for (Point point : Point.values()) {
      NodeProcess victim = cluster.start(1).get(0);
      long before = fetches(cluster);
      List<NodeProcess> running = new ArrayList<>(survivors);
      running.add(victim);
      cluster.advance(LIFE.plusMinutes(1), running);
      victim.send("arm " + point).join();
      CompletableFuture<List<String>> unused = victim.send("app 1");
      assertThat(victim.awaitArrivals(1, PATIENCE)).as("stopped at %s", point).isTrue();

      List<CompletableFuture<List<String>>> meanwhile =
          survivors.stream().map(node -> node.send("use 8")).toList();
      victim.kill();

      assertThat(Cluster.sum(meanwhile)).as("killed at %s", point).containsExactly("app ok 0 16");
      assertThat(fetches(cluster) - before).as("killed at %s", point).isBetween(1L, 2L);
    }
    print(Point.values().length + " processes killed, no call refused");
  }

  @Test
  void aStoreThatFailsForThirtySecondsFailsNoCaller() throws Exception {
    Cluster cluster = cluster(4, Times.PATIENT);
    assertAllCallsSucceed(cluster, cluster.nodes());
    Cluster.all(cluster.nodes(), "store off");

    for (int second = 0; second <= 30; second += 6) {
      assertThat(Cluster.all(cluster.nodes(), "try 8")).containsExactly("app ok 0 32");
      cluster.advance(Duration.ofSeconds(6), cluster.nodes());
    }

    Cluster.all(cluster.nodes(), "store on");
    assertAllCallsSucceed(cluster, cluster.nodes());
    assertThat(fetches(cluster)).isEqualTo(1);
  }

  @Test
  void whileWeChatFailsTheOldTokenWorksUntilItsEndAndNoRetiredOneIsUsed() throws Exception {
    Cluster cluster = cluster(4, Times.PATIENT);
    assertAllCallsSucceed(cluster, cluster.nodes());
    cluster.advance(LIFE.minusMinutes(3), cluster.nodes());
    cluster.weChat().faults().add(Endpoint.STABLE_TOKEN, Fault.httpError(502).times(10_000));
    for (int minute = 0; minute < 3; minute++) {
      assertThat(Cluster.all(cluster.nodes(), "try 8"))
          .as("%s min before the end", 3 - minute)
          .containsExactly("app ok 0 32");
      cluster.advance(Duration.ofSeconds(minute < 2 ? 60 : 61), cluster.nodes());
    }
    for (int minute = 0; minute < 3; minute++) {
      assertThat(Cluster.all(cluster.nodes(), "try 8"))
          .as("%s min after the end", minute)
          .containsExactly("app error WeChatTransportException 32");
      cluster.advance(Duration.ofMinutes(1), cluster.nodes());
    }
    long asked = cluster.weChat().counters().calls(Endpoint.STABLE_TOKEN);

    cluster.weChat().faults().clear();
    cluster.advance(Duration.ofMinutes(1), cluster.nodes());

    assertAllCallsSucceed(cluster, cluster.nodes());
    assertThat(fetches(cluster)).isEqualTo(2);
    print("WeChat failed for 6 minutes, 4 processes asked it " + (asked - 1) + " times");
  }

  private static void assertAllCallsSucceed(Cluster cluster, List<NodeProcess> nodes) {
    assertThat(Cluster.all(nodes, "use 8")).containsExactly("app ok 0 " + 8 * nodes.size());
    assertThat(cluster.weChat().counters().calls(Endpoint.MENU)).isPositive();
  }

  /** Returns when the background refresh has ended and all processes have read its result. */
  private static void awaitAnother(Cluster cluster, List<String> old) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> now = old;
    while (now.size() != 1 || now.equals(old)) {
      assertThat(System.nanoTime() - end).as("another token").isNegative();
      LockSupport.parkNanos(20_000_000);
      cluster.advance(COPY, cluster.nodes());
      now = Cluster.all(cluster.nodes(), "app " + THREADS);
    }
  }

  private static long fetches(Cluster cluster) {
    return cluster.weChat().counters().appTokenFetches(WeChatSimulator.APPID);
  }

  /** Prints the figures of a run, for readers of its output. */
  private void print(String what) {
    System.out.println(getClass().getSimpleName() + ": " + what);
  }
}
