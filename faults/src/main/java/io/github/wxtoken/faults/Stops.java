package io.github.wxtoken.faults;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds every thread that reaches one point, and reports its arrival. Thread-safe. */
final class Stops {
  private final Consumer<Point> arrival;
  private volatile @Nullable Stop armed;

  private record Stop(Point point, CountDownLatch open) {}

  /**
   * Creates one that holds no thread.
   *
   * @param arrival is notified of each thread that is held
   */
  Stops(Consumer<Point> arrival) {
    this.arrival = arrival;
  }

  /** Holds each thread that reaches this point from now on. */
  void arm(Point point) {
    armed = new Stop(point, new CountDownLatch(1));
  }

  /** Releases all threads, and holds none from now on. */
  void release() {
    Stop stop = armed;
    armed = null;
    if (stop != null) {
      stop.open().countDown();
    }
  }

  void at(Point point) {
    Stop stop = armed;
    if (stop != null && stop.point() == point) {
      arrival.accept(point);
      try {
        stop.open().await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
