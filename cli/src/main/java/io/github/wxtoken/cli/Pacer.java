package io.github.wxtoken.cli;

import java.util.concurrent.locks.LockSupport;

/** Keeps work below a rate. For one thread. */
final class Pacer {
  private final long perSecond;
  private final long start = System.nanoTime();
  private long passed;

  /**
   * Sets the rate.
   *
   * @param perSecond how many a second; 0 for no limit
   */
  Pacer(long perSecond) {
    this.perSecond = perSecond;
  }

  /** Waits until so many more may pass. */
  void pass(int count) {
    if (perSecond == 0) {
      return;
    }
    passed += count;
    long due = start + (long) (passed * 1e9 / perSecond);
    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(wait, 100_000_000));
    }
  }

  /** Returns how many are to pass at a time. */
  int batch(int most) {
    return perSecond == 0 ? most : (int) Math.max(1, Math.min(most, perSecond / 10));
  }
}
