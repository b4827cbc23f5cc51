package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.OperationDeadline;
import java.io.PrintWriter;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for Hikari, so that Hikari neither knows the URL nor sees a driver's text: it
 * would log both. Once the pool has started, this class retries a failed attempt after a pause of
 * {@link Backoff}, since Hikari's own pauses do not depend on the kind of failure. Hikari asks for
 * one connection at a time, so a pool has at most one attempt under way.
 *
 * <p>The class has Mysql in its name because Hikari looks for that: without it, Hikari sets network
 * timeouts from several other threads, in any order.
 */
final class MysqlOrSqliteSource implements DataSource, AutoCloseable {
  /** How long Hikari's shutdown waits for an attempt; {@link #close} has aborted it before. */
  private static final int SHUTDOWN_SECONDS = 2;

  private final Opening opening;
  private final Dialect dialect;
  private final OperationDeadline start;
  private final Backoff backoff;

  /** Attempts under way, and attempts whose sockets a connection still uses. */
  private final Set<Attempt> attempts =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean patient;
  private volatile @Nullable Outage outage;

  /** Asks a driver for a connection. The driver returns null if the URL is not its own. */
  interface Opening {
    @Nullable Connection open() throws SQLException;
  }

  /**
   * The failure of the last attempt.
   *
   * @param nextAttempt when the next attempt begins, by {@link System#nanoTime()}
   */
  record Outage(SqlFailure failure, long nextAttempt) {}

  MysqlOrSqliteSource(Opening opening, Dialect dialect, Duration timeout) {
    this.opening = opening;
    this.dialect = dialect;
    this.start = OperationDeadline.in(timeout);
    this.backoff = new Backoff(timeout);
  }

  /**
   * Starts to retry failures: from now on the database is known to be usable, so failures are
   * temporary.
   */
  void becomePatient() {
    patient = true;
  }

  /** Returns why there are no new connections; null if the last attempt succeeded. */
  @Nullable Outage outage() {
    return outage;
  }

  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      Attempt attempt =
          new Attempt(patient ? backoff.attemptMillis() : Math.max(1, start.remainingMillis()));
      try {
        Connection connection = connect(attempt);
        backoff.succeeded();
        outage = null;
        return connection;
      } catch (SqlFailure e) {
        // Processes that start at the same time on a new SQLite file collide while it switches to
        // WAL mode.
        boolean again = patient ? pause(e) : dialect.mayRunAgain(e) && start.pause();
        if (!again) {
          throw e;
        }
      }
    }
  }

  private Connection connect(Attempt attempt) throws SqlFailure {
    attempts.add(attempt);
    long began = System.nanoTime();
    try {
      requireOpen();
      Connection connection = attempt.run(opening);
      if (connection == null) {
        throw new SQLException("not a URL of this driver", "08001");
      }
      if (isClosed()) {
        // Hikari would drop the connection without closing it.
        connection.close();
        requireOpen();
      }
      return connection;
    } catch (SQLException | RuntimeException | LinkageError e) {
      SqlFailure failure = new SqlFailure(e);
      backoff.failed(kind(attempt, e, failure), Duration.ofNanos(System.nanoTime() - began));
      throw failure;
    }
  }

  private static Backoff.Kind kind(Attempt attempt, Throwable reported, SqlFailure failure) {
    if (failure.isAnswerOfServer()) {
      return Backoff.Kind.ANSWERED;
    }
    boolean late = SqlFailure.causes(reported).anyMatch(SocketTimeoutException.class::isInstance);
    return late && !attempt.wentUnnoticed() ? Backoff.Kind.GIVEN_UP : Backoff.Kind.REFUSED;
  }

  /**
   * Waits for the next attempt; returns false once the store is closed or the thread is
   * interrupted.
   */
  private boolean pause(SqlFailure failure) {
    long millis = backoff.pauseMillis();
    outage = new Outage(failure, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    try {
      return !closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void requireOpen() throws SQLException {
    if (isClosed()) {
      throw new SQLException("the store is closed", "08003");
    }
  }

  /** Aborts the attempt under way. No other attempt begins. */
  @Override
  public void close() {
    closed.countDown();
    copy().stream().filter(Attempt::isUnderWay).forEach(Attempt::abort);
  }

  /** Breaks all connections, including those that wait for an answer. */
  void abortAll() {
    copy().forEach(Attempt::abort);
  }

  private List<Attempt> copy() {
    synchronized (attempts) {
      return List.copyOf(attempts);
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  /** Does nothing: timeouts are properties of the drivers here. */
  @Override
  public void setLoginTimeout(int seconds) {}

  /** Returns how long Hikari's shutdown waits for an attempt under way. */
  @Override
  public int getLoginTimeout() {
    return SHUTDOWN_SECONDS;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
