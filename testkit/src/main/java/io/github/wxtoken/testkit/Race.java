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

/**
 * Threads that start at once; the first error of a thread is the error of the race. Thread-safe.
 */
public final class Race {
  private final Duration patience;

  /**
   * Prepares a race.
   *
   * @param patience the time limit for all threads
   */
  public Race(Duration patience) {
    this.patience = patience;
  }

  /**
   * The task of each thread.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Racer<T> {
    /**
     * Runs in one thread.
     *
     * @param number the number of the thread, from 0
     * @return the thread's result
     * @throws Exception if the thread fails, which fails the race
     */
    T run(int number) throws Exception;
  }

  /**
   * Runs a racer in several threads that start at once, and waits for them.
   *
   * @param <T> the result of each thread
   * @param threads the number of threads
   * @param racer the task of each thread
   * @return the results, in the order of the threads' numbers
   * @throws AssertionError if a thread fails, or does not end in time
   */
  public <T> List<T> run(int threads, Racer<T> racer) {
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
