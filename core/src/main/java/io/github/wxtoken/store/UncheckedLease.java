package io.github.wxtoken.store;

import java.time.Duration;

/** The lease of a store that cannot lease: it expires, and excludes nobody. */
final class UncheckedLease implements Lease {
  private final TimedLease time;

  UncheckedLease(Duration atMost) {
    this.time = new TimedLease(System.nanoTime(), atMost, () -> {});
  }

  @Override
  public Duration remaining() {
    return time.remaining();
  }

  @Override
  public boolean isExclusive() {
    return false;
  }

  @Override
  public void close() {
    time.close();
  }
}
