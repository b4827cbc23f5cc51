package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The guarantees of a store in a cluster: 8 processes (JVMs) of 32 threads ask for expired tokens,
 * and WeChat receives one refresh for each. The simulator counts the calls, outside the processes.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} accepts in every process, and whose
 * module is on the class path of the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("eight more JVMs are more than a machine should have besides other tests")
public abstract class ClusterContract {
  private static final int PROCESSES = 8;
  private static final int THREADS = 32;
  private static final Duration EXPIRED = Duration.ofHours(2).plusSeconds(1);

  private static final Duration LIFE = Duration.ofHours(2);

  private Cluster cluster;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // JUnit sets it before the first test.
  protected ClusterContract() {}

  /**
   * Returns the URL of the store of all processes; called once.
   *
   * @return the URL of an empty store that can lease between processes
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @BeforeAll
  void start() throws Exception {
    cluster = new Cluster(storeUrl(), Times.PATIENT);
    cluster.start(PROCESSES);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void anExpiredTokenIsRefreshedOnceForAllThreadsOfAllProcesses() {
    List<String> users = signIn("amy", 1);
    expire();

    List<String> answers = everyone("token", users);

    assertThat(answers).containsExactly(line(users.get(0), PROCESSES * THREADS));
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  @Tag("faults")
  protected void twoHundredExpiredTokensAreRefreshedOnceEach() {
    List<String> users = signIn("many", 200);
    expire();

    List<String> answers = everyone("token", users);

    assertThat(answers)
        .containsExactlyInAnyOrderElementsOf(
            users.stream().map(user -> line(user, PROCESSES * THREADS)).toList());
    assertThat(refreshes()).isEqualTo(200);
    assertThat(users).allSatisfy(user -> assertThat(refreshesOf(user)).isEqualTo(1));
  }

  @Test
  @Tag("faults")
  void aTokenThatLooksValidAndThatWeChatRefusesIsRefreshedOnceForAll() {
    List<String> users = signIn("eve", 1);
    String openid = users.get(0);
    synchronizeClocks(Duration.ZERO);
    cluster.weChat().killAccessToken(String.valueOf(cluster.stored(openid).accessToken()));

    List<String> answers = everyone("user", users);

    assertThat(answers).containsExactly(openid + " ok " + openid + " " + PROCESSES * THREADS);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  @Tag("faults")
  void clocksThatDifferByFiveMinutesLoseNoToken() {
    List<String> users = signIn("zoe", 6);
    for (int expiry = 0; expiry < 2; expiry++) {
      cluster.weChat().clock().advance(EXPIRED.plusMinutes(5));
      synchronizeClocks(Duration.ofMinutes(5));

      assertThat(everyone("user", users))
          .containsExactlyInAnyOrderElementsOf(
              users.stream()
                  .map(user -> user + " ok " + user + " " + PROCESSES * THREADS)
                  .toList());
      assertThat(users).allSatisfy(user -> assertThat(cluster.isAlive(user)).isTrue());
    }
  }

  private List<String> signIn(String name, int count) {
    return cluster.signIn(name, count, LIFE);
  }

  private void expire() {
    cluster.advance(EXPIRED, cluster.nodes());
  }

  private void synchronizeClocks(Duration off) {
    cluster.synchronizeClocks(cluster.nodes(), off);
  }

  /** Runs the command in every thread of every process at once, and adds up equal outcomes. */
  private List<String> everyone(String command, List<String> users) {
    return Cluster.all(cluster.nodes(), command + " " + THREADS + " " + String.join(" ", users));
  }

  private String line(String openid, int callers) {
    return openid + " ok " + Operation.fingerprint(cluster.stored(openid)) + " " + callers;
  }

  private long refreshes() {
    return cluster.weChat().counters().calls(Endpoint.REFRESH);
  }

  private long refreshesOf(String openid) {
    return cluster.weChat().counters().refreshesOfOpenid(openid);
  }
}
