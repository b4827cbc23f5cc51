package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The guarantees of a store in a cluster whose processes die or stop at the worst moments. Each
 * process logs its operations on the store, and {@link HistoryChecker} judges the log.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} accepts in every process, and whose
 * module is on the class path of the test. Cases with the tag {@code long} are the same with larger
 * numbers.
 */
@Timeout(300)
@Isolated("a dozen more JVMs are more than a machine should have besides other tests")
@Tag("faults")
public abstract class CrashContract {
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration EXPIRED = LIFE.plusSeconds(1);

  /**
   * A token that lives this much longer is due when the others have expired, and valid for long.
   */
  private static final Duration DUE = Duration.ofMinutes(10);

  /** The number of threads of each process that asks for the tokens of all users. */
  private static final int THREADS = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The delay that a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  /** For subclasses. */
  protected CrashContract() {}

  /**
   * Returns the URL of the store of all processes; called once for each case.
   *
   * @return the URL of an empty store that can lease between processes
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @BeforeAll
  static void requireSignals() {
    assumeFalse(
        System.getProperty("os.name", "").startsWith("Windows"), "Windows knows no signals");
  }

  @Test
  void eachUserIsRefreshedOncePerExpiry() throws Exception {
    refreshOncePerExpiry(4, 16, 50, 3);
  }

  @Test
  @Tag("long")
  @Timeout(1800)
  void manyUsersAreRefreshedOncePerExpiryByManyProcesses() throws Exception {
    refreshOncePerExpiry(8, 64, 200, 10);
  }

  @Test
  void aProcessThatIsKilledAtAnyPointLogsNobodyOutAndHoldsNobodyUp() throws Exception {
    killAtEveryPoint(1);
  }

  @Test
  @Tag("long")
  @Timeout(3600)
  void twentyProcessesThatAreKilledAtEveryPointLogNobodyOutAndHoldNobodyUp() throws Exception {
    killAtEveryPoint(20);
  }

  @Test
  void aHolderThatIsStoppedForTwiceItsLeaseReplacesNoNewerGrant() throws Exception {
    try (Cluster cluster = new Cluster(storeUrl(), Times.SHORT)) {
      List<Operation> late = stopForTwiceTheLease(cluster, 10);

      assertThat(late).hasSize(10).noneMatch(Operation::done);
      assertThat(LeaseHistory.overruns(cluster.history())).containsAll(late);
      assertRefreshedOnce(cluster, 2 * 10);
    }
  }

  @Test
  @Tag("long")
  @Timeout(3600)
  void holdersThatAreStoppedTwentyTimesReplaceNoNewerGrant() throws Exception {
    for (int time = 0; time < 20; time++) {
      aHolderThatIsStoppedForTwiceItsLeaseReplacesNoNewerGrant();
    }
  }

  private void refreshOncePerExpiry(int processes, int threads, int count, int expiries)
      throws Exception {
    try (Cluster cluster = new Cluster(storeUrl(), Times.PATIENT)) {
      cluster.start(processes);
      List<String> users = cluster.signIn("amy", count, LIFE);
      long calls = 0;
      int overruns = 0;
      for (int expiry = 1; expiry <= expiries; expiry++) {
        cluster.advance(EXPIRED, cluster.nodes());
        List<String> answers =
            Cluster.all(cluster.nodes(), "token " + threads + " " + String.join(" ", users));
        calls += refreshes(cluster);
        assertThat(cluster.history().all(Kind.REPLACE).filter(Operation::hasFailed))
            .as("saves that failed, which may cost a call: the store is too slow for this load")
            .isEmpty();
        overruns += assertRefreshedOnce(cluster, count);
        assertAreStored(cluster, answers, processes * threads, users);
        beginAnew(cluster, users);
      }
      print(calls + " refreshes of " + count + " users × " + expiries + ", overruns " + overruns);
    }
  }

  /** Kills one process at each point, while it refreshes expired tokens and some that are due. */
  private void killAtEveryPoint(int times) throws Exception {
    Duration longest = Duration.ZERO;
    try (Cluster cluster = new Cluster(storeUrl(), Times.SHORT)) {
      List<NodeProcess> survivors = cluster.start(2);
      for (int time = 0; time < times; time++) {
        List<Victim> victims = victims(cluster, time);
        Duration slowest = kill(cluster, victims, survivors);
        longest = slowest.compareTo(longest) > 0 ? slowest : longest;

        List<String> users = victims.stream().flatMap(Victim::users).toList();
        assertThat(users).allMatch(cluster::isAlive);
        cluster.advance(EXPIRED.plus(DUE), survivors);
        assertAllGetTheStoredToken(cluster, survivors, THREADS, users);
        assertRefreshedOnce(cluster, users.size());
        beginAnew(cluster, users);
      }
    }
    int kills = times * Point.values().length;
    print(kills + " processes killed, longest call beside them " + longest.toMillis() + " ms");
    assertThat(longest).isLessThan(Times.SHORT.policy().deadline().plus(SLACK));
  }

  private static List<Victim> victims(Cluster cluster, int time) {
    List<NodeProcess> nodes = cluster.start(Point.values().length);
    List<Victim> victims = new ArrayList<>();
    for (Point point : Point.values()) {
      String name = point.name().toLowerCase(Locale.ROOT) + time;
      List<String> over = cluster.signIn("over-" + name, 3, LIFE);
      List<String> due = cluster.signIn("due-" + name, 3, LIFE.plus(DUE));
      victims.add(new Victim(nodes.get(victims.size()), point, over, due));
    }
    return victims;
  }

  /** Asserts that the survivors continue without the victims, and returns their longest call. */
  private static Duration kill(Cluster cluster, List<Victim> victims, List<NodeProcess> survivors)
      throws Exception {
    List<String> users = victims.stream().flatMap(Victim::users).toList();
    Set<String> grantsThatAreOver =
        victims.stream()
            .flatMap(victim -> victim.over().stream())
            .map(user -> ok(cluster, user))
            .collect(Collectors.toSet());
    List<NodeProcess> running = new ArrayList<>(survivors);
    victims.forEach(victim -> running.add(victim.node()));
    cluster.advance(EXPIRED, running);
    for (Victim victim : victims) {
      runInto(victim.node(), victim.point(), victim.users().toList());
    }

    String everyToken = "token " + THREADS + " " + String.join(" ", users);
    List<CompletableFuture<List<String>>> meanwhile =
        survivors.stream().map(node -> node.send(everyToken)).toList();
    for (Victim victim : victims) {
      victim.node().kill();
    }

    assertThat(Cluster.sum(meanwhile))
        .hasSizeGreaterThanOrEqualTo(users.size())
        .allMatch(answer -> answer.contains(" ok "))
        .noneMatch(answer -> grantsThatAreOver.contains(withoutCount(answer)));
    History history = cluster.history();
    assertThat(HistoryChecker.violations(history)).isEmpty();
    List<Operation> overruns = LeaseHistory.overruns(history);
    victims.forEach(victim -> victim.assertCalls(cluster, overruns));
    Duration longest = longestCall(history, survivors);
    beginAnew(cluster, users);
    return longest;
  }

  /** Returns the holder's writes after it was continued. */
  static List<Operation> stopForTwiceTheLease(Cluster cluster, int count) throws Exception {
    NodeProcess holder = cluster.start(1).get(0);
    List<NodeProcess> others = cluster.start(2);
    List<String> users = cluster.signIn("bob", count, LIFE);
    cluster.advance(EXPIRED, cluster.nodes());
    runInto(holder, Point.BEFORE_REPLACE, users);
    holder.suspend();
    long end = System.nanoTime() + Times.SHORT.policy().lease().multipliedBy(2).toNanos();

    assertAllGetTheStoredToken(cluster, others, THREADS, users); // After the holder's lease.
    cluster.advance(EXPIRED, others);
    assertAllGetTheStoredToken(cluster, others, THREADS, users); // Other grants than the holder's.
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(50_000_000);
    }
    holder.resume();
    holder.release();
    holder.finish();

    users.forEach(cluster::stored); // For the history: the final content of the store.
    return cluster
        .history()
        .all(Kind.REPLACE)
        .filter(write -> write.process().equals(holder.name()))
        .toList();
  }

  /** Starts one thread per user in a process, and waits until all are held at this point. */
  private static void runInto(NodeProcess node, Point point, List<String> users)
      throws InterruptedException {
    node.send("arm " + point).join();
    CompletableFuture<List<String>> unused = node.send("each " + String.join(" ", users));
    assertThat(node.awaitArrivals(users.size(), PATIENCE)).as("all are at %s", point).isTrue();
  }

  private static void assertAllGetTheStoredToken(
      Cluster cluster, List<NodeProcess> nodes, int threads, List<String> users) {
    List<String> answers = Cluster.all(nodes, "token " + threads + " " + String.join(" ", users));
    assertAreStored(cluster, answers, threads * nodes.size(), users);
  }

  private static void assertAreStored(
      Cluster cluster, List<String> answers, int callers, List<String> users) {
    assertThat(answers)
        .containsExactlyInAnyOrderElementsOf(
            users.stream().map(user -> ok(cluster, user) + " " + callers).toList());
  }

  /**
   * Asserts that WeChat received this number of calls, apart from holders whose lease had expired
   * before they saved, and that the store kept its guarantees.
   *
   * @return how many holders overran their lease
   */
  private static int assertRefreshedOnce(Cluster cluster, int once) {
    History history = cluster.history();
    assertThat(HistoryChecker.violations(history)).isEmpty();
    int overruns = LeaseHistory.overruns(history).size();
    long grants = history.all(Kind.REPLACE).map(Operation::grant).distinct().count();
    assertThat(refreshes(cluster)).isEqualTo(grants);
    assertThat(grants).isBetween((long) once, (long) once + overruns);
    return overruns;
  }

  /** Starts a new history: a million operations are too many to keep. */
  private static void beginAnew(Cluster cluster, List<String> users) {
    users.forEach(cluster::stored);
    cluster.history().forgetAllButWhatIsStored();
    cluster.weChat().counters().reset();
  }

  private static long refreshes(Cluster cluster) {
    return cluster.weChat().counters().calls(Endpoint.REFRESH);
  }

  private static Duration longestCall(History history, List<NodeProcess> those) {
    List<String> names = those.stream().map(NodeProcess::name).toList();
    return Duration.ofNanos(
        history
            .all(Kind.CALL)
            .filter(call -> names.contains(call.process()))
            .mapToLong(call -> call.ended() - call.invoked())
            .max()
            .orElseThrow());
  }

  private static String ok(Cluster cluster, String user) {
    return user + " ok " + Operation.fingerprint(cluster.stored(user));
  }

  private static String withoutCount(String answer) {
    return answer.substring(0, answer.lastIndexOf(' '));
  }

  /** Prints the figures of a run, for readers of its output. */
  private void print(String what) {
    System.out.println(getClass().getSimpleName() + ": " + what);
  }
}
