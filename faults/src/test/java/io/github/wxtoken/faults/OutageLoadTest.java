package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The load of an outage notices what a store must not do. */
class OutageLoadTest {
  private final TokenStore data = new MemoryTokenStore();

  @Test
  void aStoreThatKeepsItsWordMissesNothing() {
    OutageLoad load = run(data, 50);

    assertThat(load.wrong()).isEmpty();
    assertThat(load.missing()).isEmpty();
    assertThat(load.failuresOfEach()).isZero();
  }

  @Test
  void aSavedTokenThatIsNotThereIsMissing() {
    OutageLoad load =
        run(
            new ForwardingTokenStore(data) {
              @Override
              public void saveToken(String openid, OAuthToken token) {
                // acknowledged, and forgotten
              }
            },
            3);

    assertThat(load.missing()).contains("o0-2", "o1-2");
  }

  @Test
  void aGrantThatIsGoneIsMissing() {
    OutageLoad load = run(data, 3);
    data.deleteToken("o1");

    assertThat(load.missing()).containsExactly("o1");
  }

  @Test
  void aGrantThatAnEarlierOneTookThePlaceOfIsMissing() {
    OutageLoad load = run(data, 3);
    data.saveToken("o0", Tokens.renewed(Tokens.token("o0"), 1));

    assertThat(load.missing()).containsExactly("o0");
  }

  @Test
  void aGrantThatIsReadAfterItWasReplacedIsWrong() {
    OutageLoad load =
        run(
            new ForwardingTokenStore(data) {
              @Override
              public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
                return true;
              }
            },
            3);

    assertThat(load.wrong()).isNotEmpty();
  }

  @Test
  void aFailedWriteMayHaveComeToPassOrNot() {
    AtomicBoolean early = new AtomicBoolean();
    OutageLoad failing =
        run(
            new ForwardingTokenStore(data) {
              @Override
              public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
                if (early.compareAndSet(false, true)) {
                  throw new TokenStoreException("before", null);
                }
                super.replaceToken(openid, expected, token);
                throw new TokenStoreException("after", null);
              }
            },
            load -> load.failuresOfEach() > 5);

    assertThat(failing.wrong()).isEmpty();
    assertThat(failing.missing()).isEmpty();
  }

  @Test
  void theLongestCallIsKnownAlsoIfItFailed() {
    CountDownLatch never = new CountDownLatch(1);
    OutageLoad late =
        run(
            new ForwardingTokenStore(data) {
              @Override
              public Optional<OAuthToken> getToken(String openid) {
                try {
                  assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                throw new TokenStoreException("late", null);
              }
            },
            load -> load.failuresOfEach() > 0);

    assertThat(late.longest()).isGreaterThan(Duration.ofMillis(49));
  }

  private static OutageLoad run(TokenStore store, long rounds) {
    return run(store, load -> load.roundsOfEach() >= rounds || !load.wrong().isEmpty());
  }

  private static OutageLoad run(TokenStore store, Predicate<OutageLoad> enough) {
    OutageLoad load = new OutageLoad(store, "o", 2);
    try (load) {
      while (!enough.test(load)) {
        Thread.onSpinWait();
      }
    }
    return load;
  }
}
