package io.github.wxtoken;

import java.time.Duration;

/** A moment by the process's monotonic clock, which no one can set: how long a caller waits. */
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
