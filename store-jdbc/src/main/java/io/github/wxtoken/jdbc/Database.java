package io.github.wxtoken.jdbc;

import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Runs one statement at a time, in autocommit, within a deadline.
 *
 * <p>Reads are retried, and so are writes that are known to have had no effect. A write with an
 * unknown outcome is not retried. No exception of a driver reaches the caller (see {@link
 * SqlFailure}).
 */
final class Database implements AutoCloseable {
  /**
   * Maximum number of retries of a read whose connection broke. A statement that met a lock of
   * another one is retried until the deadline.
   */
  private static final int MAX_AGAIN = 5;

  /**
   * Minimum time left to start a write. The server waits for a lock for up to 1 s (in our pool).
   * With less time left, the server could commit after we had reported a timeout.
   */
  private static final long LEAST_FOR_A_WRITE_MILLIS = 1_100;

  /**
   * The same if a lock is known to be held. Once a second, MySQL looks for waits of more than a
   * second, so the wait for a lock may last two seconds.
   */
  private static final long LEAST_FOR_A_LOCK_MILLIS = 2_100;

  private final Connections connections;
  private final Duration timeout;
  private final @Nullable Pool pool;
  private final @Nullable Line turns;
  private final @Nullable Line writes;
  private final Dialect dialect;
  private volatile boolean closed;

  /** Work on a connection. It is retried if it throws and a retry is safe. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  /**
   * A connection. Its statements are cancelled after this number of seconds, unless the number is
   * 0.
   */
  record Session(Connection connection, int seconds) {
    PreparedStatement prepare(String sql) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      if (seconds > 0) {
        statement.setQueryTimeout(seconds);
      }
      return statement;
    }
  }

  /** Uses a pool of ours; {@link #close} closes the pool. */
  Database(Pool pool, Duration timeout) {
    this.connections = pool;
    this.timeout = timeout;
    this.pool = pool;
    // Hikari's hand-off starves callers when thousands wait, so callers acquire a fair permit
    // first.
    this.turns = new Line(pool.size());
    this.dialect = pool.dialect();
    // SQLite has one writer at a time. A writer that finds the file busy polls for it later, which
    // is unfair.
    this.writes = dialect == Dialect.SQLITE ? new Line(1) : null;
  }

  /** Uses the application's own connections. */
  Database(DataSource dataSource, Duration timeout) {
    this.connections = new UsersConnections(dataSource, timeout);
    this.timeout = timeout;
    this.pool = null;
    this.turns = null;
    this.writes = null;
    try (Handle handle = connections.open(timeout.toMillis())) {
      this.dialect = Dialect.of(handle.getConnection().getMetaData().getDatabaseProductName());
    } catch (Throwable e) {
      connections.close();
      throw failure("open the store", e);
    }
  }

  Dialect dialect() {
    return dialect;
  }

  /** Runs a statement that changes nothing. */
  <T> T read(String what, Work<T> work) {
    return run(what, true, work);
  }

  /** Runs a statement that changes something. */
  <T> T write(String what, Work<T> work) {
    return run(what, false, work);
  }

  /**
   * Reads the database's description of a table.
   *
   * @param option the option by which the application changes the table's name
   */
  Table describe(String table, String option) {
    return read(
        "read the columns of " + table, session -> Table.read(session, dialect, table, option));
  }

  /** Checks autocommit on the server itself; the driver may not know the server's state. */
  void requireAutocommit() {
    if (dialect == Dialect.MYSQL && !ask("SELECT @@autocommit LIMIT 1").equals("1")) {
      throw Autocommit.off("open the store");
    }
  }

  /** Asks a server for one value. */
  String ask(String sql) {
    return read(
        "open the store",
        session -> {
          try (PreparedStatement statement = session.prepare(sql);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
          }
        });
  }

  void requireOpen() {
    if (closed) {
      throw new TokenStoreException("the store is closed", null);
    }
  }

  @Override
  public void close() {
    closed = true;
    connections.close();
  }

  private <T> T run(String what, boolean read, Work<T> work) {
    requireOpen();
    Deadline deadline = Deadline.in(timeout);
    for (int again = 0; ; again++) {
      try {
        return inTurn(what, read, deadline, work);
      } catch (SQLException e) {
        boolean late =
            dialect.isLockWait(e) && deadline.remainingMillis() < LEAST_FOR_A_LOCK_MILLIS;
        if (!mayRunAgain(e, read, again) || late || !deadline.pause()) {
          throw failure(what, e);
        }
      } catch (Throwable e) {
        throw failure(what, e);
      }
    }
  }

  private boolean mayRunAgain(SQLException e, boolean read, int again) {
    boolean elsewhere = dialect.isNotPrimary(e) || (read && SqlFailure.isConnection(e));
    return dialect.mayRunAgain(e) || (elsewhere && again < MAX_AGAIN);
  }

  private <T> T inTurn(String what, boolean read, Deadline deadline, Work<T> work)
      throws SQLException {
    Line writer = read ? null : writes;
    takeTurn(writer, what, deadline);
    try {
      takeTurn(turns, what, deadline);
      try {
        return connected(what, read, deadline, work);
      } finally {
        giveTurn(turns);
      }
    } finally {
      giveTurn(writer);
    }
  }

  private void takeTurn(@Nullable Line line, String what, Deadline deadline) {
    if (line == null || pool == null) {
      return;
    }
    try {
      // The pool may need some time beyond the connection timeout.
      long patience = deadline.remainingMillis() - pool.connectionTimeoutMillis();
      if (!line.enter(patience)) {
        throw late(
            what,
            "all "
                + pool.size()
                + " connections are busy. Raise wxtoken.poolSize, or look for what makes the database slow");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenStoreException("cannot " + what + ": interrupted", null);
    }
  }

  private static void giveTurn(@Nullable Line line) {
    if (line != null) {
      line.leave();
    }
  }

  private <T> T connected(String what, boolean read, Deadline deadline, Work<T> work)
      throws SQLException {
    // Not withHandle: it copies JDBI's configuration, which allocates more than all else here.
    try (Handle handle = connections.open(patience(what, read, deadline))) {
      Connection connection = handle.getConnection();
      // Our own pool hands out only connections in autocommit.
      Work<T> committed = pool == null ? Autocommit.required(what, dialect, read, work) : work;
      long left = deadline.remainingMillis();
      if (left <= (read ? 0 : leastForAWrite())) {
        throw late(what, connections.late());
      }
      try {
        return limited(connection, left, committed);
      } catch (SQLException e) {
        if (dialect.isNotPrimary(e)) {
          connections.discard(connection);
        }
        throw e;
      }
    }
  }

  /** Returns how long to wait for a connection, so that there is time left to use it. */
  private long patience(String what, boolean read, Deadline deadline) {
    long toUse = read ? timeout.toMillis() / 10 : leastForAWrite();
    long millis = deadline.remainingMillis() - toUse;
    if (millis <= 0) {
      throw late(what, connections.late());
    }
    return millis;
  }

  /**
   * Limits the connection's wait for an answer to the time that is left. Only the network timeout
   * ends a wait for an unreachable server: a query timeout of Connector/J sends KILL over another
   * connection, and waits.
   */
  private <T> T limited(Connection connection, long left, Work<T> work) throws SQLException {
    // On the application's connections, the wait for a lock may have no limit. There the statement
    // gets a query timeout as well; otherwise the write could commit long after we had reported a
    // failure.
    int seconds = pool == null ? (int) Math.max(1, (left - 500) / 1000) : 0;
    Session session = new Session(connection, seconds);
    int before = dialect == Dialect.SQLITE ? 0 : connection.getNetworkTimeout();
    // Our connections start with the whole timeout, which is right unless much of it has passed.
    if (dialect == Dialect.SQLITE || (before > 0 && before <= left + timeout.toMillis() / 10)) {
      return work.run(session);
    }
    connection.setNetworkTimeout(Runnable::run, (int) left);
    try {
      return work.run(session);
    } finally {
      if (!connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, before);
      }
    }
  }

  private long leastForAWrite() {
    return Math.min(LEAST_FOR_A_WRITE_MILLIS, timeout.toMillis() * 2 / 5);
  }

  private TokenStoreException late(String what, String why) {
    return new TokenStoreException(
        "cannot " + what + " within " + timeout.toMillis() + " ms: " + why, null);
  }

  /** Reduces exceptions of drivers and data sources: at any depth, their text may quote a token. */
  private RuntimeException failure(String what, Throwable e) {
    if (e instanceof WeChatOAuthException ours) {
      return ours;
    }
    if (e instanceof VirtualMachineError fatal) {
      throw fatal;
    }
    Throwable cause = e.getCause();
    Throwable thrown = e instanceof ConnectionException && cause != null ? cause : e;
    if (SqlFailure.causes(thrown).anyMatch(InterruptedException.class::isInstance)) {
      Thread.currentThread().interrupt();
      return new TokenStoreException("cannot " + what + ": interrupted", null);
    }
    SqlFailure failure = new SqlFailure(thrown);
    return new TokenStoreException("cannot " + what + ": " + explain(e, failure), failure);
  }

  private String explain(Throwable reported, SqlFailure failure) {
    if (reported instanceof ConnectionException) {
      return connections.explain(failure);
    }
    return SqlFailure.isConnection(failure)
        ? connections.server() + ": " + failure.describe()
        : failure.describe();
  }
}
