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
 * Limits the wait for a connection to the caller's timeout, even if the data source blocks for
 * longer.
 *
 * <p>One of a few daemon threads asks the data source, and the caller waits for that thread. A
 * connection that arrives after the caller has given up is returned to the data source. Callers of
 * a blocked data source wait in a queue for a thread, so ten thousand callers need no more threads
 * than ten.
 *
 * <p>The hand-over to another thread costs 5 to 30 µs, a few percent of a statement over a network.
 * A data source that is known to give up in time is asked on the caller's thread instead; see
 * {@link UsersConnections}.
 */
final class BoundedWait implements AutoCloseable {
  /**
   * Maximum number of concurrent requests to a data source. A request ends when the data source has
   * a connection, so larger pools are still used in full.
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

  /** The last failure of the data source that no caller waited for any more. */
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
   * @throws ConnectionException if the data source has none within this time, or throws any
   *     exception
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

  /** Gives up the request, unless the connection arrived at this very moment. */
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

  /** Returns the last failure of the data source; null if it has supplied a connection since. */
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
      // No caller waits for this failure any more. The next caller decides what to show of it.
      Throwable thrown =
          e instanceof ConnectionException && e.getCause() != null ? e.getCause() : e;
      SqlFailure failure = new SqlFailure(thrown);
      if (failure.isKnown()) {
        lastFailure = failure;
      }
      answer.completeExceptionally(thrown);
    }
  }

  /** Lets the requests under way end; their connections are returned to the data source. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
