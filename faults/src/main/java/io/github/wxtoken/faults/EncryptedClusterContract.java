package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.Reencryption;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The guarantees of a store in a cluster that encrypts. While a key is rotated, some processes
 * still encrypt under the old key and some under the new one.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} accepts in every process, and whose
 * module is on the class path of the test. Cases with the tag {@code long} are the same with larger
 * numbers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("four more JVMs are more than a machine should have besides other tests")
@Tag("faults")
public abstract class EncryptedClusterContract {
  private static final KeyRing OLD = KeyRing.of("old", "new");
  private static final KeyRing NEW = KeyRing.of("new", "old");
  private static final String UNDER_OLD = "enc1:old:";
  private static final int USERS = 50;
  private static final String ASK = "token 8 ";
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration EXPIRED = LIFE.plusSeconds(1);

  private Cluster cluster;
  private List<NodeProcess> newNodes;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // JUnit sets it before the first test.
  protected EncryptedClusterContract() {}

  /**
   * Returns the URL of the store of all processes; called once.
   *
   * @return the URL of an empty store that can lease between processes, with room for encrypted
   *     tokens
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @BeforeAll
  void start() throws Exception {
    cluster = new Cluster(storeUrl(), Times.PATIENT, OLD);
    cluster.start(2, OLD);
    newNodes = cluster.start(2, NEW);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void anExpiredTokenIsRefreshedOnceByProcessesOfEitherKey() {
    List<String> users = cluster.signIn("amy", USERS, LIFE);
    cluster.advance(EXPIRED, cluster.nodes());

    assertAllAnswered(Cluster.all(cluster.nodes(), ASK + String.join(" ", users)), users);

    assertThat(refreshes()).isEqualTo(USERS);
    assertThat(users)
        .allSatisfy(user -> assertThat(cluster.isAlive(user)).isTrue())
        .allSatisfy(
            user ->
                assertThat(secrets(cluster.records().getToken(user).orElseThrow()))
                    .allMatch(value -> value.startsWith("enc1:")));
  }

  @Test
  void aKeyIsRotatedWhileTokensAreReadAndRefreshed() throws Exception {
    rotate(2_000);
  }

  @Test
  @Tag("long")
  @Timeout(3600)
  void aHundredThousandTokensAreRotatedWhileTokensAreReadAndRefreshed() throws Exception {
    rotate(100_000);
  }

  @Test
  void ofAThousandUsesOfOneStateWithDifferentCodesOneSucceeds() {
    String state = cluster.newState("session1");
    List<CompletableFuture<List<String>>> uses = new ArrayList<>();
    for (NodeProcess node : cluster.nodes()) {
      String codes =
          String.join(" ", IntStream.range(0, 250).mapToObj(i -> node.name() + "-" + i).toList());
      uses.add(node.send("verify " + state + " session1 " + codes));
    }

    List<String> outcomes = Cluster.sum(uses);

    assertThat(outcomes).hasSize(1_000);
    assertThat(outcomes).filteredOn(outcome -> outcome.endsWith(" ok first 1")).hasSize(1);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.endsWith(" error InvalidStateException 1"))
        .hasSize(999);
  }

  @Test
  void twoCallbacksWithOneCodeAreAFirstAndARepeatWhicheverProcessesTheyReach() {
    for (int time = 0; time < 20; time++) {
      String state = cluster.newState("session1");

      List<String> outcomes = Cluster.all(newNodes, "verify " + state + " session1 code" + time);

      assertThat(outcomes)
          .containsExactlyInAnyOrder("code" + time + " ok first 1", "code" + time + " ok repeat 1");
    }
  }

  /**
   * Most tokens are not used. Those of the users are asked for, and expire, until the last pass has
   * ended.
   */
  private void rotate(int resting) throws Exception {
    List<String> users = cluster.signIn("eve", USERS, LIFE);
    TokenStore old = OLD.view(cluster.records());
    IntStream.range(0, resting).parallel().forEach(i -> old.saveToken("r" + i, resting(i)));
    EncryptedTokenStore rotating = (EncryptedTokenStore) NEW.view(cluster.records());

    Load all = new Load(cluster.nodes(), users, resting);
    Reencryption first = rotating.reencrypt(progress -> {});
    long expiries = all.end();
    Load rolledOut = new Load(newNodes, users, resting);
    rotating.reencrypt(progress -> {});
    Reencryption last = rotating.reencrypt(progress -> {});
    expiries += rolledOut.end();

    assertThat(first.isComplete()).isTrue();
    assertThat(first.moved()).isGreaterThanOrEqualTo(resting);
    assertThat(last.moved()).isZero();
    assertThat(last.isComplete()).isTrue();
    assertThat(refreshes()).isEqualTo(USERS * expiries);
    assertThat(users).allSatisfy(user -> assertThat(cluster.isAlive(user)).isTrue());
    assertNothingIsUnderTheOldKey();
    assertRestingAreUnchanged(resting);
  }

  private void assertNothingIsUnderTheOldKey() {
    try (Stream<OAuthToken> records = cluster.records().tokens()) {
      assertThat(records.flatMap(EncryptedClusterContract::secrets))
          .noneMatch(value -> value.startsWith(UNDER_OLD));
    }
  }

  private void assertRestingAreUnchanged(int resting) {
    TokenStore withoutTheOld = KeyRing.of("new").view(cluster.records());
    IntStream.range(0, resting)
        .parallel()
        .forEach(i -> assertThat(withoutTheOld.getToken("r" + i)).contains(resting(i)));
  }

  private static Stream<String> secrets(OAuthToken token) {
    return Stream.of(token.accessToken(), token.refreshToken(), token.sessionKey())
        .flatMap(value -> Optional.ofNullable(value).stream());
  }

  /** Returns a token that stays valid however often those of the users expire. */
  private static OAuthToken resting(int i) {
    return OAuthToken.builder()
        .openid("r" + i)
        .accessToken("at-" + i)
        .refreshToken("rt-" + i)
        .scope("snsapi_base")
        .expiresIn(7_200)
        .createAt(
            4_000_000_000_000L) // In the year 2096: a lifetime of years would not be accepted.
        .build();
  }

  private long refreshes() {
    return cluster.weChat().counters().calls(Endpoint.REFRESH);
  }

  private static void assertAllAnswered(List<String> answers, List<String> users) {
    assertThat(answers).hasSameSizeAs(users).allMatch(answer -> answer.contains(" ok "));
  }

  /** Processes that repeatedly ask for tokens, each time after those of the users expired. */
  private final class Load {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Long> expiries;

    Load(List<NodeProcess> nodes, List<String> users, int resting) {
      List<String> asked = new ArrayList<>(users);
      IntStream.range(0, 50).forEach(i -> asked.add("r" + i * (resting / 50)));
      expiries =
          CompletableFuture.supplyAsync(
              () -> {
                long count = 0;
                do {
                  cluster.advance(EXPIRED, cluster.nodes());
                  count++;
                  assertAllAnswered(Cluster.all(nodes, ASK + String.join(" ", asked)), asked);
                } while (!ended.get());
                return count;
              },
              task -> new Thread(task).start());
    }

    /** Ends the load. Returns how often the tokens expired. */
    long end() {
      ended.set(true);
      return expiries.join();
    }
  }
}
