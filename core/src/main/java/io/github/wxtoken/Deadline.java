package io.github.wxtoken;

import java.time.Duration;

/**
 * The latest time until which a caller waits, by the process's monotonic clock, which cannot be
 * set.
 */
final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** Returns what is left, never negative. */
  long nanos() {
    return Math.max(0, end - System.nanoTime());
  }

  boolean isOver() {
    return nanos() == 0;
  }
}
