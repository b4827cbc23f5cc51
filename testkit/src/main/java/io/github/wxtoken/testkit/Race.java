package io.github.wxtoken.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that begin at once, and whose first error is the error of the race. */
final class Race {
  private final Duration patience;

  Race(Duration patience) {
    this.patience = patience;
  }

  /** What each thread does; it is told its number, from 0. */
  interface Racer<T> {
    T run(int number) throws Exception;
  }

  <T> List<T> run(int threads, Racer<T> racer) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<T>> racers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        racers.add(
            pool.submit(
                () -> {
                  start.await(patience.toMillis(), TimeUnit.MILLISECONDS);
                  return racer.run(number);
                }));
      }
      return outcomes(racers);
    } finally {
      pool.shutdownNow();
    }
  }

  private <T> List<T> outcomes(List<Future<T>> racers) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<T> outcomes = new ArrayList<>();
    for (Future<T> racer : racers) {
      try {
        outcomes.add(racer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
      } catch (ExecutionException e) {
        throw new AssertionError("one of " + racers.size() + " threads failed", e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("a thread did not end within " + patience, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while threads were running", e);
      }
    }
    return outcomes;
  }
}
