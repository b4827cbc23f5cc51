package io.github.wxtoken.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for Hikari, which thus neither knows the URL nor sees a driver's text: it would
 * log both. Once the pool stands, a failed attempt is repeated here at a steady pace, since
 * Hikari's own pauses grow to 5 s and would delay the recovery by as much.
 *
 * <p>The class has Mysql in its name because Hikari looks for that: without, it sets network
 * timeouts from several other threads, in any order.
 */
final class MysqlOrSqliteSource implements DataSource {
  private static final long PAUSE_MILLIS = 250;

  private final Opening opening;
  private final Dialect dialect;
  private final Deadline start;
  private volatile boolean patient;

  /** How a driver is asked for a connection; null is its way to say that the URL is not its own. */
  interface Opening {
    @Nullable Connection open() throws SQLException;
  }

  MysqlOrSqliteSource(Opening opening, Dialect dialect, Deadline start) {
    this.opening = opening;
    this.dialect = dialect;
    this.start = start;
  }

  /** From now on the database is known to be right, and what fails will pass. */
  void becomePatient() {
    patient = true;
  }

  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      try {
        return connect();
      } catch (SqlFailure e) {
        // Processes that start at once on a new SQLite file meet while it becomes a WAL.
        boolean again = patient ? pause() : dialect.mayRunAgain(e) && start.pause();
        if (!again) {
          throw e;
        }
      }
    }
  }

  private Connection connect() throws SqlFailure {
    try {
      Connection connection = opening.open();
      if (connection == null) {
        throw new SQLException("not a URL of this driver", "08001");
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      throw new SqlFailure(e);
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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

  /** Timeouts are properties of the drivers here. */
  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
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
