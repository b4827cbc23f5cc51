package io.github.wxtoken.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lease that a store grants: it measures its expiry by this process's own clock and releases the
 * lease at most once. Thread-safe.
 */
public final class TimedLease implements Lease {
  private final long start;
  private final Duration atMost;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Makes a lease that has been granted.
   *
   * @param start {@link System#nanoTime()} from before the request for it was sent, so that it is
   *     never expired in the store before it expires here
   * @param atMost how long the store keeps it
   * @param release gives it back in the store if it is still its owner's; it throws nothing
   */
  public TimedLease(long start, Duration atMost, Runnable release) {
    this.start = start;
    this.atMost = atMost;
    this.release = release;
  }

  /**
   * Returns how long a store keeps a lease whose clock counts in whole milliseconds: a little
   * longer than its holder, so that it never expires in the store first.
   *
   * @param atMost how long the holder may rely on it
   * @return milliseconds
   */
  public static long storedMillis(Duration atMost) {
    return atMost.plusNanos(999_999).toMillis() + 1;
  }

  @Override
  public Duration remaining() {
    Duration left = atMost.minusNanos(System.nanoTime() - start);
    return closed.get() || left.isNegative() ? Duration.ZERO : left;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
