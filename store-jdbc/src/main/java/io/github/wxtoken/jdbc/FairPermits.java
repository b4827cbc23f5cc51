package io.github.wxtoken.jdbc;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fair permits: lets a fixed number of callers through at once. Waiting callers acquire a permit in
 * the order of their arrival. A new caller may overtake them if a permit happens to be free, as
 * long as few callers wait and none has waited for long: to hand every permit to a sleeping thread
 * costs more than a read.
 */
final class FairPermits {
  private static final int FEW = 64;
  private static final long LONG_MILLIS = 20;

  private final Semaphore permits;
  private final AtomicInteger notToBeOvertaken = new AtomicInteger();

  FairPermits(int permits) {
    this.permits = new Semaphore(permits, true);
  }

  /**
   * Acquires a permit.
   *
   * @return false if there was none within this time
   * @throws InterruptedException if the thread is interrupted, before or while it waits
   */
  boolean tryAcquire(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    // Semaphore's tryAcquire without a timeout ignores the queue; the one with a timeout respects
    // it.
    if (!isStrict() && permits.tryAcquire()) {
      return true;
    }
    // A caller that waits a second time joins the end of the queue, so this is only for few callers
    // and short waits.
    boolean few = !isStrict() && permits.getQueueLength() < FEW;
    long moment = few ? Math.min(millis, LONG_MILLIS) : 0;
    if (moment > 0 && permits.tryAcquire(moment, TimeUnit.MILLISECONDS)) {
      return true;
    }
    notToBeOvertaken.incrementAndGet();
    try {
      return permits.tryAcquire(millis - moment, TimeUnit.MILLISECONDS);
    } finally {
      notToBeOvertaken.decrementAndGet();
    }
  }

  /** Tells whether a caller waits that must not be overtaken. */
  boolean isStrict() {
    return notToBeOvertaken.get() > 0;
  }

  void release() {
    permits.release();
  }
}
