package io.github.wxtoken.jdbc;

import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.store.OperationDeadline;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.StoreState;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.Update;
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
  private static final int MAX_RETRIES = 5;

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
  private final @Nullable FairPermits connectionPermits;
  private final @Nullable FairPermits writePermits;
  private final Dialect dialect;
  private final StoreState state = new StoreState();

  /** Uses a pool of ours; {@link #close} closes the pool. */
  Database(Pool pool, Duration timeout) {
    this.connections = pool;
    this.timeout = timeout;
    this.pool = pool;
    // Hikari's hand-off starves callers when thousands wait, so callers acquire a fair permit
    // first.
    this.connectionPermits = new FairPermits(pool.size());
    this.dialect = pool.dialect();
    // A writer that finds the file locked polls for it later, which is unfair.
    this.writePermits = dialect.oneWriterAtATime() ? new FairPermits(1) : null;
  }

  /** Uses the application's own connections. */
  Database(DataSource dataSource, Duration timeout) {
    this.connections = new UsersConnections(dataSource, timeout);
    this.timeout = timeout;
    this.pool = null;
    this.connectionPermits = null;
    this.writePermits = null;
    try (Handle handle = connections.open(timeout.toMillis())) {
      this.dialect = Dialect.of(handle.queryMetadata(DatabaseMetaData::getDatabaseProductName));
    } catch (Throwable e) {
      connections.close();
      throw failure("open the store", e);
    }
  }

  Dialect dialect() {
    return dialect;
  }

  /** Names the server, for messages. */
  String server() {
    return connections.server();
  }

  /** Runs a statement that changes nothing. */
  <T> T read(String what, HandleCallback<T, SQLException> work) {
    return run(what, true, work);
  }

  /** Runs a statement that changes something. */
  <T> T write(String what, HandleCallback<T, SQLException> work) {
    return run(what, false, work);
  }

  /**
   * Executes an INSERT.
   *
   * @return false if the key exists already
   */
  boolean insert(Update insert) {
    try {
      return insert.execute() > 0;
    } catch (JdbiException e) {
      if (sqlCause(e).filter(dialect::isDuplicate).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Reads the database's description of a table.
   *
   * @param option the option by which the application changes the table's name
   */
  Table describe(TableName table, String option) {
    return read(
        "read the columns of " + table, handle -> new Table(handle, dialect, table, option));
  }

  /** Asks a server for one value; the empty string stands for null. */
  String ask(String sql) {
    return read(
        "open the store",
        handle -> handle.createQuery(sql).mapTo(String.class).findOne().orElse(""));
  }

  void requireOpen() {
    state.requireOpen();
  }

  @Override
  public void close() {
    state.close(connections::close);
  }

  /** Returns the exception of the driver that JDBI reports. */
  static Optional<SQLException> sqlCause(Throwable reported) {
    return RedactedException.causes(reported)
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .findFirst();
  }

  private <T> T run(String what, boolean read, HandleCallback<T, SQLException> work) {
    requireOpen();
    OperationDeadline deadline = OperationDeadline.in(timeout);
    for (int retries = 0; ; retries++) {
      try {
        return permitted(what, read, deadline, work);
      } catch (ConnectionException e) {
        throw failure(what, e);
      } catch (SQLException | JdbiException e) {
        SQLException cause = sqlCause(e).orElse(null);
        if (cause == null || !mayRunAgain(cause, read, retries, deadline) || !deadline.pause()) {
          throw failure(what, cause == null ? e : cause);
        }
      } catch (Throwable e) {
        throw failure(what, e);
      }
    }
  }

  private boolean mayRunAgain(
      SQLException e, boolean read, int retries, OperationDeadline deadline) {
    if (dialect.isLockWait(e) && deadline.remainingMillis() < LEAST_FOR_A_LOCK_MILLIS) {
      return false;
    }
    boolean elsewhere = dialect.isNotPrimary(e) || (read && SqlFailure.isConnection(e));
    return dialect.mayRunAgain(e) || (elsewhere && retries < MAX_RETRIES);
  }

  private <T> T permitted(
      String what, boolean read, OperationDeadline deadline, HandleCallback<T, SQLException> work)
      throws SQLException {
    FairPermits writePermit = read ? null : writePermits;
    acquire(writePermit, what, deadline);
    try {
      acquire(connectionPermits, what, deadline);
      try {
        return connected(what, read, deadline, work);
      } finally {
        release(connectionPermits);
      }
    } finally {
      release(writePermit);
    }
  }

  private void acquire(@Nullable FairPermits permits, String what, OperationDeadline deadline) {
    if (permits == null || pool == null) {
      return;
    }
    try {
      // The pool may need some time beyond the connection timeout.
      long millis = deadline.remainingMillis() - pool.connectionTimeoutMillis();
      if (!permits.tryAcquire(millis)) {
        throw late(
            what,
            "all "
                + pool.size()
                + " connections are busy. Raise wxtoken.poolSize, or look for what makes the"
                + " database slow");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenStoreException("cannot " + what + ": interrupted", null);
    }
  }

  private static void release(@Nullable FairPermits permits) {
    if (permits != null) {
      permits.release();
    }
  }

  private <T> T connected(
      String what, boolean read, OperationDeadline deadline, HandleCallback<T, SQLException> work)
      throws SQLException {
    // Not withHandle: it copies JDBI's configuration once more.
    try (Handle handle = connections.open(connectMillis(what, read, deadline))) {
      // Our own pool hands out only connections in autocommit.
      HandleCallback<T, SQLException> committed =
          pool == null ? Autocommit.required(what, dialect, read, work) : work;
      long left = deadline.remainingMillis();
      if (left <= (read ? 0 : leastForAWrite())) {
        throw late(what, connections.late());
      }
      try {
        return limited(handle, left, committed);
      } catch (SQLException | JdbiException e) {
        if (sqlCause(e).filter(dialect::isNotPrimary).isPresent()) {
          connections.discard(handle.getConnection());
        }
        throw e;
      }
    }
  }

  /** Returns how long to wait for a connection, so that there is time left to use it. */
  private long connectMillis(String what, boolean read, OperationDeadline deadline) {
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
  private <T> T limited(Handle handle, long left, HandleCallback<T, SQLException> work)
      throws SQLException {
    if (pool == null) {
      // On the application's connections, the wait for a lock may have no limit. There the
      // statement gets a query timeout as well; otherwise the write could commit long after we had
      // reported a failure.
      handle.getConfig(SqlStatements.class).setQueryTimeout((int) Math.max(1, (left - 500) / 1000));
    }
    if (dialect.isFile()) {
      return work.withHandle(handle);
    }
    Connection connection = handle.getConnection();
    int before = connection.getNetworkTimeout();
    // Our connections start with the whole timeout, which is right unless much of it has passed.
    if (before > 0 && before <= left + timeout.toMillis() / 10) {
      return work.withHandle(handle);
    }
    connection.setNetworkTimeout(Runnable::run, (int) left);
    try {
      return work.withHandle(handle);
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
    if (RedactedException.causes(thrown).anyMatch(InterruptedException.class::isInstance)) {
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
