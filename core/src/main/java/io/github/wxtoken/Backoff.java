package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pauses between reads of a store: up to 50 ms, then growing by half up to 500 ms, each with full
 * jitter, so that callers who wait for the same record do not read at the same time. For one
 * thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LAST = Duration.ofMillis(500);

  private Duration atMost = FIRST;

  /**
   * Waits for a random time, and not beyond the deadline.
   *
   * @param what what the caller waits for
   * @param why why it waits, if there is an exception that says so
   * @throws CallerGaveUpException if the deadline has passed or the thread is interrupted
   */
  void pause(Deadline deadline, String what, @Nullable RuntimeException why) {
    if (deadline.isOver()) {
      throw new CallerGaveUpException(
          "the deadline has passed while waiting for " + what,
          why == null ? null : RedactedException.unlessOurs(why));
    }
    long nanos = ThreadLocalRandom.current().nextLong(atMost.toNanos()) + 1;
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(nanos, deadline.nanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallerGaveUpException("interrupted while waiting for " + what, e);
    }
    Duration longer = atMost.multipliedBy(3).dividedBy(2);
    atMost = longer.compareTo(LAST) < 0 ? longer : LAST;
  }
}
