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

/** When an operation must have ended. */
record Deadline(long nanoTime) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /**
   * Waits for a turn.
   *
   * @param reserve nanoseconds before the deadline at which it is too late for one
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
   * @param failure makes the exception of what Lettuce reports
   */
  <T extends @Nullable Object> T await(
      Future<T> connection, Function<Throwable, RedisFailure> failure) throws RedisFailure {
    return await(connection, Long.MAX_VALUE, failure);
  }

  /**
   * Waits for an answer, and gives it up when the time is over: a command that was not sent yet is
   * then never sent.
   *
   * @param nanos how long, if the deadline is not before that
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
   * Waits a moment before another try.
   *
   * @return false if there is no time for one, or the thread was interrupted, as it then stays
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
