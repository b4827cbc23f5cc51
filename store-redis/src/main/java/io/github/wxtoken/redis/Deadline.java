package io.github.wxtoken.redis;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The time by which an operation must have ended. */
record Deadline(long nanoTime) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /**
   * Waits for a permit.
   *
   * @param reserve nanoseconds before the deadline after which a permit comes too late
   */
  void await(Semaphore turns, long reserve) throws RedisFailure {
    try {
      if (!turns.tryAcquire(nanoTime - reserve - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw RedisFailure.crowded();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisFailure(e);
    }
  }

  /**
   * Waits for a connection until the deadline.
   *
   * @param failure creates the exception for Lettuce's report
   */
  <T extends @Nullable Object> T await(
      Future<T> connection, Function<Throwable, RedisFailure> failure) throws RedisFailure {
    return await(connection, Long.MAX_VALUE, failure);
  }

  /**
   * Waits for an answer. Cancels the command after a timeout, so that a command that is still
   * unsent is never sent.
   *
   * @param nanos how long to wait, if the deadline is not earlier
   */
  <T extends @Nullable Object> T await(Future<T> answer, long nanos) throws RedisFailure {
    return await(answer, nanos, RedisFailure::new);
  }

  private <T extends @Nullable Object> T await(
      Future<T> answer, long nanos, Function<Throwable, RedisFailure> failure) throws RedisFailure {
    try {
      return answer.get(Math.min(nanos, nanoTime - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure.apply(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | CancellationException | RedisException e) {
      answer.cancel(true);
      throw failure.apply(e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw failure.apply(e);
    }
  }

  /**
   * Waits a moment before a retry.
   *
   * @return false if there is no time for a retry, or if the thread was interrupted; it then stays
   *     interrupted
   */
  boolean pause() {
    long millis = ThreadLocalRandom.current().nextLong(10, 200);
    if (millis >= (nanoTime - System.nanoTime()) / 1_000_000) {
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
