package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.TokenStoreException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupted caller whose token is valid gets the token, and stays interrupted. */
class InterruptedCallerTest {
  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final String openid = cluster.openid("amy");
  private final AtomicInteger reads = new AtomicInteger();

  InterruptedCallerTest() {
    one.getAccessToken(cluster.code("amy"));
    // As drivers do whose I/O an interrupt ends: Lettuce, HikariCP, channels of files.
    cluster.store.beforeGet =
        () -> {
          reads.incrementAndGet();
          throwIfInterrupted();
        };
  }

  @AfterEach
  void close() {
    assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
    cluster.close();
  }

  private static void throwIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new TokenStoreException("interrupted", null);
    }
  }

  @Test
  void whoWasInterruptedBeforeTheCallGetsTheToken() {
    OAuthToken token = one.getValidToken(openid);
    Thread.currentThread().interrupt();

    assertThat(one.getValidToken(openid)).isEqualTo(token);
    assertThat(reads).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whoIsInterruptedDuringTheReadGetsTheToken(int times) {
    OAuthToken token = one.getValidToken(openid);
    cluster.store.beforeGet =
        () -> {
          if (reads.incrementAndGet() <= times + 1) {
            Thread.currentThread().interrupt();
          }
          throwIfInterrupted();
        };

    assertThat(one.getValidToken(openid)).isEqualTo(token);
    assertThat(reads).hasValue(times + 2);
  }

  @Test
  void whoIsInterruptedAgainAndAgainIsNotKeptForEver() {
    cluster.store.beforeGet =
        () -> {
          reads.incrementAndGet();
          Thread.currentThread().interrupt();
          throwIfInterrupted();
        };

    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);
    assertThat(reads).hasValue(3);
  }

  @Test
  void aTokenThatIsDueButValidIsServed() {
    OAuthToken token = one.getValidToken(openid);
    cluster.nearlyExpire();
    Thread.currentThread().interrupt();

    assertThat(one.getValidToken(openid)).isEqualTo(token);
  }

  @Test
  void aStoreThatFailsForAnotherReasonIsReadOnce() {
    cluster.store.beforeGet =
        () -> {
          reads.incrementAndGet();
          throw new TokenStoreException("the disk failed", null);
        };
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> one.getValidToken(openid)).hasMessage("the disk failed");
    assertThat(reads).hasValue(1);
  }

  @Test
  void whoseTokenHasExpiredIsToldOfTheInterruptAtOnce() {
    cluster.expire();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> one.getValidToken(openid))
        .isInstanceOf(WeChatTransportException.class)
        .hasMessageContaining("interrupted");
    assertThat(cluster.refreshes()).isZero();
  }

  @Test
  void theRepeatOfACodeIsAnsweredToo() {
    String code = cluster.code("amy");
    OAuthToken token = one.getAccessToken(code);
    Thread.currentThread().interrupt();

    assertThat(one.getAccessToken(code)).isEqualTo(token);
    assertThat(List.of(one.getValidToken(openid))).containsExactly(token);
  }
}
