package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's own threads: what was sent to WeChat is finished on them, whatever becomes of the
 * caller. A caller takes a place before it takes a lease, so that no lease runs out in a queue.
 *
 * <p>A client has one of these for refreshes and one for exchanges of codes. Anybody can send
 * made-up codes, so exchanges must not take the places that refreshes need.
 */
final class Workers {
  private static final int AT_MOST = 64;

  private final Semaphore places = new Semaphore(AT_MOST, true);
  private final ThreadPoolExecutor threads;
  private final Executor executor;

  /** Makes threads for calls of one kind, which gives them their names. */
  Workers(String kind, Events events) {
    AtomicInteger count = new AtomicInteger();
    // The places bound the queue, so it needs no bound of its own.
    threads =
        new ThreadPoolExecutor(
            AT_MOST,
            AT_MOST,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "wxtoken-" + kind + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    executor = task -> threads.execute(() -> runAndLeave(task, events));
  }

  /**
   * Takes a place and then what the supplier offers; without the latter, the place is given back.
   *
   * @return what {@link #run} goes on with, or empty if the supplier offers nothing
   */
  <T> Optional<T> takePlace(Deadline deadline, Supplier<Optional<T>> offer) {
    takePlace(deadline);
    return fill(offer);
  }

  /**
   * Takes a place that is free now and then what the supplier offers; without the latter, the place
   * is given back.
   *
   * @return what {@link #run} goes on with, or empty if no place is free, the supplier offers
   *     nothing, or the thread is interrupted
   */
  <T> Optional<T> takeFreePlace(Supplier<Optional<T>> offer) {
    try {
      return places.tryAcquire(0, TimeUnit.NANOSECONDS) ? fill(offer) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private <T> Optional<T> fill(Supplier<Optional<T>> offer) {
    Optional<T> taken = Optional.empty();
    try {
      taken = offer.get();
      return taken;
    } finally {
      if (taken.isEmpty()) {
        places.release();
      }
    }
  }

  /**
   * Runs a task in the place that was taken, and gives the place back.
   *
   * @param task what to do
   * @param end what is told of its end, on its thread, whether anyone still waits for it or not
   */
  <T> CompletableFuture<T> run(Supplier<T> task, BiConsumer<@Nullable T, @Nullable Throwable> end) {
    CompletableFuture<T> running;
    try {
      running = CompletableFuture.supplyAsync(task, executor);
    } catch (RejectedExecutionException e) {
      places.release();
      throw new IllegalStateException("this client is closed");
    } catch (Error e) {
      places.release(); // no thread could be made
      throw e;
    }
    return running.whenComplete(end);
  }

  /** Those who wait for the task do not wait for a listener; those who want its place do. */
  private void runAndLeave(Runnable task, Events events) {
    try {
      events.after(
          () -> {
            task.run();
            return true;
          });
    } finally {
      places.release();
    }
  }

  /** Takes a place, which {@link #run} gives back. */
  void takePlace(Deadline deadline) {
    try {
      if (!places.tryAcquire(deadline.nanos(), TimeUnit.NANOSECONDS)) {
        throw new CallerGaveUpException("no thread was free: all are waiting for WeChat", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallerGaveUpException("interrupted while waiting for a free thread", e);
    }
  }

  /** Waits for a task within a caller's deadline; what the task threw is thrown as it was. */
  static <T> T await(CompletableFuture<T> task, Deadline deadline, String what) {
    try {
      return task.get(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CallerGaveUpException("the deadline has passed while waiting for " + what, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallerGaveUpException("interrupted while waiting for " + what, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(abnormal(cause), RedactedException.of(cause));
    }
  }

  /** Only the messages of these errors name a class and nothing else. */
  private static String abnormal(Throwable cause) {
    boolean named =
        cause instanceof NoClassDefFoundError || cause instanceof IncompatibleClassChangeError;
    return "a task ended abnormally: "
        + cause.getClass().getSimpleName()
        + (named
            ? " " + cause.getMessage() + ". Check that the libraries on the class path fit together"
            : "");
  }

  /** Takes no more tasks; those that run go on. */
  void shutdown() {
    threads.shutdown();
  }

  /** Waits for the tasks that still run after {@link #shutdown}. */
  void awaitEnd(Deadline deadline) {
    try {
      threads.awaitTermination(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
