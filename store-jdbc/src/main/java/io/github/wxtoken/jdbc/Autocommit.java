package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStoreException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/**
 * Makes sure that a write on a connection of the application is committed. The driver's {@code
 * getAutoCommit} is not enough: Connector/J and SQLite's driver do not notice when SQL switches
 * autocommit off or begins a transaction. A write in such a transaction is lost with the
 * connection.
 *
 * <p>No method of JDBC tells whether MySQL or MariaDB is in a transaction, so each write is
 * followed by a COMMIT, which costs one round trip. A read on a connection that the application
 * gave back within a transaction shows the state at the start of that transaction.
 */
final class Autocommit {
  /** The errors of SET TRANSACTION within a transaction, and within one of XA. */
  private static final Set<Integer> IN_TRANSACTION = Set.of(1568, 1399);

  private Autocommit() {}

  /**
   * Wraps work on a connection of the application, so that it takes effect at once.
   *
   * @param what the operation, for messages
   * @param read whether the work changes nothing
   */
  static <T> Database.Work<T> required(
      String what, Dialect dialect, boolean read, Database.Work<T> work) {
    return session -> {
      if (!session.connection().getAutoCommit()) {
        throw new TokenStoreException(
            "cannot " + what + ": the data source hands out connections with autocommit off", null);
      }
      if (dialect == Dialect.SQLITE) {
        requireNoTransaction(what, session);
      }
      T result = work.run(session);
      if (dialect == Dialect.MYSQL && !read) {
        // completion_type must not make COMMIT begin another transaction.
        execute(session, "COMMIT AND NO CHAIN");
      }
      return result;
    };
  }

  /** Refuses a transaction that the pool's own SQL has begun. MySQL and MariaDB only. */
  static void requireNoTransactionAtStart(Database.Session session) throws SQLException {
    try {
      execute(session, "SET TRANSACTION READ WRITE");
    } catch (SQLException e) {
      if (IN_TRANSACTION.contains(e.getErrorCode())) {
        throw inTransaction("open the store");
      }
      throw e;
    }
  }

  /**
   * Refuses an open transaction. SQLite cannot report one, but it refuses a transaction within
   * another; the two statements take microseconds.
   */
  private static void requireNoTransaction(String what, Database.Session session)
      throws SQLException {
    try {
      execute(session, "BEGIN");
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("within a transaction")) {
        throw inTransaction(what);
      }
      throw e;
    }
    execute(session, "ROLLBACK");
  }

  private static void execute(Database.Session session, String sql) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      statement.execute();
    }
  }

  /** Creates the exception for a session in which the server's autocommit is off. */
  static TokenStoreException off(String what) {
    return new TokenStoreException(
        "cannot "
            + what
            + ": autocommit is off in the session at the server, though the driver reports it on,"
            + " so nothing would be committed. Remove SET autocommit=0 from connectionInitSql,"
            + " sessionVariables, init_connect or the application's own statements",
        null);
  }

  private static TokenStoreException inTransaction(String what) {
    return new TokenStoreException(
        "cannot "
            + what
            + ": the data source handed out a connection with a transaction that SQL has begun."
            + " Commit it before the connection is given back, and begin none in"
            + " connectionInitSql",
        null);
  }
}
