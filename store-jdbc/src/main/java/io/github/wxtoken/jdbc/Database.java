package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.WeChatOAuthException;
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
 * <p>A statement that is known to have had no effect runs again, and so does a read; a write whose
 * outcome is unknown does not. No exception of a driver gets out (see {@link SqlFailure}).
 */
final class Database implements AutoCloseable {
  /** Of reads whose connection broke. What met others' locks is tried until its time is over. */
  private static final int MAX_AGAIN = 5;

  /**
   * A write is not begun with less time than this, so that the server gives up its wait for a lock
   * (after 1 s in our pool) before we do: else it would come to pass after we called it failed.
   */
  private static final long LEAST_FOR_A_WRITE_MILLIS = 1_100;

  /**
   * The same where a lock is known to be held: MySQL looks once a second who has waited for more
   * than a second, so the wait may last two.
   */
  private static final long LEAST_FOR_A_LOCK_MILLIS = 2_100;

  private final Connections connections;
  private final Duration timeout;
  private final @Nullable Pool pool;
  private final @Nullable Line turns;
  private final @Nullable Line writes;
  private final Dialect dialect;
  private volatile boolean closed;

  /** What is done with a connection. It is done again if it throws and that does no harm. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  /** A connection; its statements are cancelled after so many seconds, unless that is 0. */
  record Session(Connection connection, int seconds) {
    PreparedStatement prepare(String sql) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      if (seconds > 0) {
        statement.setQueryTimeout(seconds);
      }
      return statement;
    }
  }

  /** Uses a pool of ours, which is closed with this. */
  Database(Pool pool, Duration timeout) {
    this.connections = pool;
    this.timeout = timeout;
    this.pool = pool;
    // Hikari's hand-off starves waiters when there are thousands; these wait in a line.
    this.turns = new Line(pool.size());
    this.dialect = pool.dialect();
    // SQLite has one writer at a time, and whoever finds it busy asks again later, out of turn.
    this.writes = dialect == Dialect.SQLITE ? new Line(1) : null;
  }

  /** Uses the user's own connections. */
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
   * Reads what the database says of a table.
   *
   * @param option the option by which the application gives it another name
   */
  Table describe(String table, String option) {
    return read(
        "read the columns of " + table, session -> Table.read(session, dialect, table, option));
  }

  /** Asks a server once what the driver need not know. */
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
      // The pool, too, may take its time after us.
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
    // Not withHandle, which copies more of JDBI's configuration than all else here allocates.
    try (Handle handle = connections.open(patience(what, read, deadline))) {
      Connection connection = handle.getConnection();
      // A pool of ours hands out no others.
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

  /** How long to wait for a connection, so that there is time left to use it. */
  private long patience(String what, boolean read, Deadline deadline) {
    long toUse = read ? timeout.toMillis() / 10 : leastForAWrite();
    long millis = deadline.remainingMillis() - toUse;
    if (millis <= 0) {
      throw late(what, connections.late());
    }
    return millis;
  }

  /**
   * Gives the connection what is left of the time to answer. Only this ends a wait for a server
   * that is gone: a query timeout of Connector/J sends a KILL over another connection, and waits.
   */
  private <T> T limited(Connection connection, long left, Work<T> work) throws SQLException {
    // On connections that are not ours, locks may be waited for without end: there the server is
    // told to give up as well, or a write would come to pass long after we called it failed.
    int seconds = pool == null ? (int) Math.max(1, (left - 500) / 1000) : 0;
    Session session = new Session(connection, seconds);
    int before = dialect == Dialect.SQLITE ? 0 : connection.getNetworkTimeout();
    // Ours have the whole time to begin with, which is right unless much of it has gone.
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

  /** Reduces what is not ours, for its text may quote a token, at any depth. */
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
    String why =
        e instanceof ConnectionException ? connections.explain(failure) : failure.describe();
    return new TokenStoreException("cannot " + what + ": " + why, failure);
  }
}
