package io.github.wxtoken.jdbc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When an operation must have ended. */
record Deadline(long nanoTime) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Milliseconds left; zero or less when it is over. */
  long remainingMillis() {
    return (nanoTime - System.nanoTime()) / 1_000_000;
  }

  /**
   * Waits a moment before another try, for long enough that those who collided come apart.
   *
   * @return false if there is no time for one, or the thread was interrupted, as it then stays
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
