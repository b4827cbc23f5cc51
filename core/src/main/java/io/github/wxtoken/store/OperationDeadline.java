package io.github.wxtoken.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The time by which an operation of a store must have ended, retries included. It goes by the
 * process's monotonic clock, which cannot be set. Immutable.
 */
public final class OperationDeadline {
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 200;

  private final long end;

  private OperationDeadline(long end) {
    this.end = end;
  }

  /**
   * Starts the time of an operation.
   *
   * @param timeout how long the operation may take
   * @return the deadline, counted from now
   */
  public static OperationDeadline in(Duration timeout) {
    return new OperationDeadline(System.nanoTime() + timeout.toNanos());
  }

  /**
   * Returns the time that is left.
   *
   * @return nanoseconds; zero or less once the deadline has expired
   */
  public long remainingNanos() {
    return end - System.nanoTime();
  }

  /**
   * Returns the time that is left.
   *
   * @return whole milliseconds; zero or less if less than one millisecond is left
   */
  public long remainingMillis() {
    return TimeUnit.NANOSECONDS.toMillis(remainingNanos());
  }

  /**
   * Waits before a retry, for a random time from 10 to 200 milliseconds, so that operations that
   * collided do not collide again.
   *
   * @return true if the pause is over and time is left for a retry; false, at once, if too little
   *     time is left, or if the thread is interrupted, which then stays interrupted
   */
  public boolean pause() {
    long millis = ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    if (millis >= remainingMillis()) {
      return false;
    }
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
