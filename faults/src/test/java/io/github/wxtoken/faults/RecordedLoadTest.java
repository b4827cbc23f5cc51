package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.HistoryChecker.Rule;
import io.github.wxtoken.faults.HistoryChecker.Violation;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The load and the checker together notice what a store must not do. */
class RecordedLoadTest {
  private final TokenStore data = new MemoryTokenStore();

  @Test
  void aStoreThatKeepsItsWordIsAccepted() throws Exception {
    assertThat(run(data)).isEmpty();
  }

  @Test
  void theStoreInMemoryIsAccepted() throws Exception {
    assertThat(run(new MemoryTokenStore())).isEmpty();
  }

  @Test
  void aStoreWhoseFailuresMayHaveComeToPassIsAccepted() throws Exception {
    assertThat(
            run(
                new ForwardingTokenStore(data) {
                  @Override
                  public boolean replaceToken(
                      String openid, OAuthToken expected, OAuthToken token) {
                    int chance = ThreadLocalRandom.current().nextInt(20);
                    boolean replaced = chance != 0 && super.replaceToken(openid, expected, token);
                    if (chance <= 1) {
                      throw new TokenStoreException("the connection broke", null);
                    }
                    return replaced;
                  }
                }))
        .isEmpty();
  }

  @Test
  void aCompareAndSetThatIsNotAtomicIsRejected() throws Exception {
    assertThat(
            run(
                new ForwardingTokenStore(data) {
                  @Override
                  public boolean replaceToken(
                      String openid, OAuthToken expected, OAuthToken token) {
                    boolean same = getToken(openid).filter(expected::sameGrant).isPresent();
                    LockSupport.parkNanos(10_000);
                    if (same) {
                      saveToken(openid, token);
                    }
                    return same;
                  }
                }))
        .extracting(Violation::rule)
        .contains(Rule.LINEARIZABLE);
  }

  @Test
  void aReadFromAReplicaThatLagsIsRejected() throws Exception {
    assertThat(
            run(
                new ForwardingTokenStore(data) {
                  private final Deque<Optional<OAuthToken>> replica = new ArrayDeque<>();

                  @Override
                  public Optional<OAuthToken> getToken(String openid) {
                    Optional<OAuthToken> now = super.getToken(openid);
                    synchronized (replica) {
                      replica.add(now);
                      Optional<OAuthToken> before =
                          replica.size() > 50 ? replica.remove() : Optional.empty();
                      return before.filter(token -> token.openid().equals(openid)).or(() -> now);
                    }
                  }
                }))
        .extracting(Violation::rule)
        .contains(
            Rule.NO_ACKNOWLEDGED_WRITE_IS_LOST,
            Rule.NO_RETIRED_GRANT_COMES_BACK,
            Rule.LINEARIZABLE);
  }

  @Test
  void aLeaseThatTwoHoldIsRejected() throws Exception {
    assertThat(
            run(
                new ForwardingTokenStore(data) {
                  @Override
                  public Optional<Lease> tryLease(String name, Duration atMost) {
                    return Optional.of(new TimedLease(System.nanoTime(), atMost, () -> {}));
                  }
                }))
        .extracting(Violation::rule)
        .containsOnly(Rule.ONE_HOLDER_OF_A_LEASE);
  }

  private static List<Violation> run(TokenStore store) throws InterruptedException {
    History history = new History();
    RecordedLoad load = new RecordedLoad(new RecordingTokenStore(store, "p", history), "o", 4);
    try (load) {
      while (load.roundsOfEach() < 500 && load.wrong().isEmpty()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    assertThat(load.wrong()).isEmpty();
    return HistoryChecker.violations(history);
  }
}
