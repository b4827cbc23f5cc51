package io.github.wxtoken.jdbc;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many callers through at once. Others wait in the order in which they came, except that
 * whoever comes while a place happens to be free takes it, as long as few wait and none has waited
 * for long: to hand every place over to a sleeping thread costs more than a read.
 */
final class Line {
  private static final int FEW = 64;
  private static final long LONG_MILLIS = 20;

  private final Semaphore places;
  private final AtomicInteger notToBeOvertaken = new AtomicInteger();

  Line(int places) {
    this.places = new Semaphore(places, true);
  }

  /**
   * Waits for a place.
   *
   * @return false if there was none for so long
   * @throws InterruptedException if the thread is interrupted, before or while it waits
   */
  boolean enter(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    // Semaphore's tryAcquire without a time takes no heed of who waits, that with one does.
    if (!isStrict() && places.tryAcquire()) {
      return true;
    }
    // Who then waits again goes to the end of the line, so this is for few and for moments.
    boolean few = !isStrict() && places.getQueueLength() < FEW;
    long moment = few ? Math.min(millis, LONG_MILLIS) : 0;
    if (moment > 0 && places.tryAcquire(moment, TimeUnit.MILLISECONDS)) {
      return true;
    }
    notToBeOvertaken.incrementAndGet();
    try {
      return places.tryAcquire(millis - moment, TimeUnit.MILLISECONDS);
    } finally {
      notToBeOvertaken.decrementAndGet();
    }
  }

  /** Tells whether somebody waits who is not to be overtaken. */
  boolean isStrict() {
    return notToBeOvertaken.get() > 0;
  }

  void leave() {
    places.release();
  }
}
