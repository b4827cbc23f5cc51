package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The guarantees of a store while the primary of replicated servers is killed and a replica takes
 * its place: two clients with a store each save tokens and refresh expired ones throughout.
 *
 * <p>The figures of each run are printed. Without a container engine the suite is skipped.
 */
@Timeout(300)
@Isolated("several servers and a promotion are more than a machine should have besides other tests")
@Tag("faults")
public abstract class FailoverContract {
  private static final int USERS = 50;
  private static final Duration LIFE = Duration.ofHours(2);

  /** How long a promotion may take: an election in MongoDB waits for 10 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Matches what operators read about a server that takes no writes, or not those of all users. */
  private static final Pattern REPLICA =
      Pattern.compile("a replica|a standby|no primary|read-only|a member of a Redis Cluster");

  /** For subclasses. */
  protected FailoverContract() {}

  /** A primary and its replicas. */
  public interface ReplicatedServers extends AutoCloseable {
    /**
     * Returns the URL of the store.
     *
     * @return the URL of an empty store, which leads to the primary
     */
    String storeUrl();

    /**
     * Returns the URL that somebody gives by mistake.
     *
     * @return the URL of the same store on a replica, which creates nothing
     */
    String replicaUrl();

    /**
     * Kills the primary without a warning.
     *
     * @throws Exception if that fails, which fails the test
     */
    void killPrimary() throws Exception;

    /**
     * Makes a replica the primary, if the servers do not do that by themselves.
     *
     * @throws Exception if that fails, which fails the test
     */
    default void promoteReplica() throws Exception {}

    /** Stops the servers. */
    @Override
    void close();
  }

  /**
   * Starts the servers; called once for each case.
   *
   * @return the servers
   * @throws Exception if they do not start, which fails the test
   */
  protected abstract ReplicatedServers start() throws Exception;

  /**
   * Tells whether the new primary may lack writes that the old one acknowledged.
   *
   * @return false, unless overridden
   */
  protected boolean mayLoseWrites() {
    return false;
  }

  @BeforeAll
  static void requireAnEngine() {
    assumeTrue(Engine.answers(), "only containers can be killed");
  }

  @Test
  void callsSucceedAgainByThemselvesAndNobodyIsSignedOut() throws Exception {
    try (ReplicatedServers servers = start();
        WeChatSimulator weChat = WeChatSimulator.start();
        TokenStore oneStore = TokenStores.open(servers.storeUrl());
        TokenStore otherStore = TokenStores.open(servers.storeUrl());
        WeChatOAuth one = client(weChat, oneStore);
        WeChatOAuth other = client(weChat, otherStore)) {
      weChat.quotas().unlimited();
      List<String> users = signIn(weChat, one);
      FailoverLoad load =
          new FailoverLoad(List.of(oneStore, otherStore), List.of(one, other), users);
      try (load) {
        await(() -> load.savesOfEach() > 50);
        weChat.clock().advance(LIFE);
        servers.killPrimary();
        load.primaryIsDead();
        servers.promoteReplica();
        await(load::hasAnsweredAllUsers);
        long saves = load.savesOfEach();
        await(() -> load.savesOfEach() > saves + 50);
      }
      assertOutcome(weChat, load, oneStore, users);
    }
  }

  @Test
  void aStoreThatIsPointedAtAReplicaIsReportedAsBroken() throws Exception {
    try (ReplicatedServers servers = start()) {
      try (TokenStore primary = TokenStores.open(servers.storeUrl())) {
        primary.saveToken("oUser", Tokens.token("oUser"));
      }

      long end = System.nanoTime() + PATIENCE.toNanos();
      String problems = problemsOf(servers.replicaUrl());
      while (!REPLICA.matcher(problems).find() && System.nanoTime() < end) {
        LockSupport.parkNanos(50_000_000); // The replica may not have the table yet.
        problems = problemsOf(servers.replicaUrl());
      }
      assertThat(problems).containsPattern(REPLICA);
    }
  }

  /** Returns why a store does not open, or what its diagnosis says is broken. */
  private static String problemsOf(String url) {
    try (TokenStore store = TokenStores.open(url)) {
      return store.diagnose().stream()
          .filter(finding -> finding.severity() == StoreFinding.Severity.BROKEN)
          .map(StoreFinding::what)
          .collect(Collectors.joining("; "));
    } catch (TokenStoreException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void assertOutcome(
      WeChatSimulator weChat, FailoverLoad load, TokenStore store, List<String> users) {
    Set<String> missing = load.missingFrom(store);
    List<Long> refreshes =
        users.stream()
            .map(openid -> weChat.counters().successfulRefreshesOfOpenid(openid))
            .toList();
    long twice = refreshes.stream().filter(count -> count > 1).count();
    System.out.println(
        ("%s: %,d saves, %,d of them lost; saves failed for %.1f s; all tokens after %.1f s;"
                + " longest call %.1f s; %d users refreshed, %d of them twice; %d signed out")
            .formatted(
                getClass().getSimpleName(),
                load.saves(),
                missing.size(),
                seconds(load.outageOfSaves()),
                seconds(load.outageOfTokens()),
                seconds(load.longest()),
                refreshes.stream().filter(count -> count > 0).count(),
                twice,
                load.signedOut().size()));
    assertThat(load.wrong()).isEmpty();
    assertThat(load.signedOut()).isEmpty();
    assertThat(refreshes).doesNotContain(0L);
    if (!mayLoseWrites()) {
      assertThat(missing).isEmpty();
      // A refresh whose save failed is saved later, from memory, and not asked for again.
      assertThat(twice).isZero();
    }
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static List<String> signIn(WeChatSimulator weChat, WeChatOAuth client) {
    List<String> openids = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String code = weChat.authorize(WeChatSimulator.APPID, "user" + i, "snsapi_base");
      openids.add(client.getAccessToken(code).openid());
    }
    return openids;
  }

  private static WeChatOAuth client(WeChatSimulator weChat, TokenStore store) {
    return WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
        .store(store)
        .apiEndpoint(weChat.uri())
        .clock(weChat.clock())
        .build();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting after %s", PATIENCE).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
