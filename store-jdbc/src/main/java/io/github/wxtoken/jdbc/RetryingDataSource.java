package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.OperationDeadline;
import io.github.wxtoken.store.RedactedException;
import java.io.PrintWriter;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for Hikari, so that Hikari neither knows the URL nor sees a driver's text: it
 * would log both. Once the pool has started, this class retries a failed attempt after a pause of
 * {@link Backoff}, since Hikari's own pauses do not depend on the kind of failure. Hikari asks for
 * one connection at a time, so a pool has at most one attempt under way.
 */
final class RetryingDataSource implements DataSource, AutoCloseable {
  /** How long Hikari's shutdown waits for an attempt, which no driver lets us abort. */
  private static final int SHUTDOWN_SECONDS = 1;

  /** The JDK's message for a server that did not accept a connection, and cannot count it. */
  private static final Pattern CONNECT = Pattern.compile("connect", Pattern.CASE_INSENSITIVE);

  private final Opening opening;
  private final Dialect dialect;
  private final OperationDeadline start;
  private final Backoff backoff;

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean patient;
  private volatile @Nullable Outage outage;

  /** Asks a driver for a connection. The driver returns null if the URL is not its own. */
  interface Opening {
    /**
     * Connects.
     *
     * @param greetingMillis how long an accepted connection may wait for the server's greeting
     */
    @Nullable Connection open(long greetingMillis) throws SQLException;
  }

  /**
   * The failure of the last attempt.
   *
   * @param nextAttempt when the next attempt begins, by {@link System#nanoTime()}
   */
  record Outage(SqlFailure failure, long nextAttempt) {}

  RetryingDataSource(Opening opening, Dialect dialect, Duration timeout) {
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
      try {
        Connection connection =
            connect(patient ? backoff.attemptMillis() : Math.max(1, start.remainingMillis()));
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

  private Connection connect(long greetingMillis) throws SqlFailure {
    long began = System.nanoTime();
    try {
      requireOpen();
      Connection connection = opening.open(greetingMillis);
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
      backoff.failed(kind(e, failure), Duration.ofNanos(System.nanoTime() - began));
      throw failure;
    }
  }

  private static Backoff.Kind kind(Throwable reported, SqlFailure failure) {
    if (failure.isAnswerOfServer()) {
      return Backoff.Kind.ANSWERED;
    }
    return RedactedException.causes(reported)
            .filter(SocketTimeoutException.class::isInstance)
            .anyMatch(late -> !CONNECT.matcher(String.valueOf(late.getMessage())).lookingAt())
        ? Backoff.Kind.GIVEN_UP
        : Backoff.Kind.REFUSED;
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

  /** No other attempt begins. A connection of the attempt under way is closed when it arrives. */
  @Override
  public void close() {
    closed.countDown();
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
