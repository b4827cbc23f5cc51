package io.github.wxtoken.jdbc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The time by which an operation must have ended. */
record Deadline(long nanoTime) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Returns the milliseconds left; zero or less if the deadline has passed. */
  long remainingMillis() {
    return (nanoTime - System.nanoTime()) / 1_000_000;
  }

  /**
   * Waits a moment before a retry, for a random time, so that statements that collided do not
   * collide again.
   *
   * @return false if there is no time for a retry, or if the thread was interrupted; it then stays
   *     interrupted
   */
  boolean pause() {
    long millis = ThreadLocalRandom.current().nextLong(10, 200);
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
