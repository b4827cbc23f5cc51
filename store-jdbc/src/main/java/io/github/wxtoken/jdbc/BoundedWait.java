package io.github.wxtoken.jdbc;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a connection no longer than the caller may, though the data source may block for
 * longer.
 *
 * <p>The data source is asked on one of a few daemon threads. The caller waits for the thread. A
 * connection that comes after the caller has given up is given back. Callers whose data source
 * blocks wait in a queue for a thread, so ten thousand callers need no more threads than ten.
 *
 * <p>The hand-over to another thread costs 5 to 30 µs, some percent of a statement over a network.
 * A data source that is known to give up in time is asked on the caller's thread instead; see
 * {@link UsersConnections}.
 */
final class BoundedWait implements AutoCloseable {
  /**
   * As many requests as a data source gets at the same time. A request ends when the data source
   * has a connection, so pools larger than this are used in full.
   */
  private static final int THREADS = 16;

  private static final int IDLE_SECONDS = 10;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          BoundedWait::thread);

  /** Why the data source had no connection the last time, after nobody waited for it any more. */
  private volatile @Nullable SqlFailure lastFailure;

  BoundedWait() {
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "wxtoken-connection-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Takes a connection.
   *
   * @throws ConnectionException if the data source has none within this time, or throws anything
   */
  Handle open(Supplier<Handle> source, long millis) {
    CompletableFuture<Handle> answer = new CompletableFuture<>();
    Runnable request = () -> ask(source, answer);
    try {
      threads.execute(request);
      return answer.get(Math.max(0, millis), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ConnectionException(e.getCause());
    } catch (RejectedExecutionException e) {
      throw new ConnectionException(new SQLException("the store is closed", "08003"));
    } catch (TimeoutException e) {
      return giveUp(request, answer, new SQLTimeoutException("no connection in time"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return giveUp(request, answer, e);
    }
  }

  /** The connection may have come in this very moment. */
  private Handle giveUp(Runnable request, CompletableFuture<Handle> answer, Exception why) {
    threads.remove(request);
    if (answer.completeExceptionally(why)) {
      throw new ConnectionException(why);
    }
    try {
      return answer.join();
    } catch (RuntimeException e) {
      throw new ConnectionException(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Returns why the data source failed last; null if it has had a connection since. */
  @Nullable SqlFailure lastFailure() {
    return lastFailure;
  }

  private void ask(Supplier<Handle> source, CompletableFuture<Handle> answer) {
    if (answer.isDone()) {
      return;
    }
    try {
      Handle handle = source.get();
      lastFailure = null;
      if (!answer.complete(handle)) {
        handle.close();
      }
    } catch (Throwable e) {
      // Nobody else would learn of it. The caller decides what it shows of it.
      Throwable thrown =
          e instanceof ConnectionException && e.getCause() != null ? e.getCause() : e;
      SqlFailure failure = new SqlFailure(thrown);
      if (failure.isKnown()) {
        lastFailure = failure;
      }
      answer.completeExceptionally(thrown);
    }
  }

  /** Lets requests end that are under way; their connections are given back. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
