package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStoreException;
import java.sql.SQLException;
import org.jdbi.v3.core.HandleCallback;

/**
 * Makes sure that a write on a connection of the application is committed. The driver's {@code
 * getAutoCommit} is not enough: Connector/J and SQLite's driver do not notice when SQL switches
 * autocommit off or begins a transaction. A write in such a transaction is lost with the
 * connection. What the database itself can tell is in its {@link Dialect}.
 */
final class Autocommit {
  private Autocommit() {}

  /**
   * Wraps work on a connection of the application, so that it runs only where it takes effect at
   * once.
   *
   * @param what the operation, for messages
   * @param read whether the work changes nothing
   */
  static <T> HandleCallback<T, SQLException> required(
      String what, Dialect dialect, boolean read, HandleCallback<T, SQLException> work) {
    return handle -> {
      if (!handle.getConnection().getAutoCommit()) {
        throw new TokenStoreException(
            "cannot " + what + ": the data source hands out connections with autocommit off", null);
      }
      dialect.endTransaction(handle);
      if (dialect.isInTransaction(handle)) {
        throw inTransaction(what);
      }
      T result = work.withHandle(handle);
      String commit = dialect.commit();
      if (commit != null && !read) {
        handle.execute(commit);
      }
      return result;
    };
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

  /** Creates the exception for a transaction that SQL has begun. */
  static TokenStoreException inTransaction(String what) {
    return new TokenStoreException(
        "cannot "
            + what
            + ": the data source handed out a connection with a transaction that SQL has begun."
            + " Commit it before the connection is given back, and begin none in"
            + " connectionInitSql",
        null);
  }
}
