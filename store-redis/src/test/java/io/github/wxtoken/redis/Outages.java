package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The expected behaviour of a store whose server is unreachable. */
final class Outages {
  /** The delay that a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private Outages() {}

  interface Attempt {
    void run() throws Exception;
  }

  static void assertFailsInTime(Duration timeout, Runnable call) {
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(call::run);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    assertThat(took).isLessThan(timeout.plus(SLACK));
  }

  /** Tries until it succeeds. */
  static void await(Duration patience, Attempt attempt) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        attempt.run();
        return;
      } catch (Exception | AssertionError e) {
        assertThat(System.nanoTime()).as("still failing after %s: %s", patience, e).isLessThan(end);
        LockSupport.parkNanos(50_000_000);
      }
    }
  }
}
