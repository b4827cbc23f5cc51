package io.github.wxtoken.jdbc;

import com.mysql.cj.jdbc.JdbcConnection;
import io.github.wxtoken.TokenStoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes sure that a statement on a connection of the application commits by itself. The driver's
 * {@code getAutoCommit} is not enough: Connector/J and SQLite's driver do not notice autocommit
 * that was switched off, or a transaction that was begun, by SQL. What is written then is lost with
 * the connection, and what is read is as old as the transaction.
 *
 * <p>MySQL and MariaDB say both in each answer, and their drivers keep that. Where the driver's
 * connection cannot be seen through the application's wrappers, each write is committed explicitly,
 * which costs a round trip.
 */
final class Autocommit {
  private static final int IN_TRANSACTION = 1;
  private static final int AUTOCOMMIT = 2;
  private static final int UNSEEN = -1;
  private static final List<Driver> DRIVERS = drivers();

  private Autocommit() {}

  /** A driver that keeps what the server said of the session last. */
  private interface Driver {
    /** Returns the status flags, or {@link #UNSEEN} for a connection of another driver. */
    int status(Connection connection) throws SQLException;
  }

  private record ConnectorJ(Class<JdbcConnection> type) implements Driver {
    @Override
    public int status(Connection connection) throws SQLException {
      return connection.isWrapperFor(type)
          ? connection.unwrap(type).getSession().getServerSession().getStatusFlags()
          : UNSEEN;
    }
  }

  private record Mariadb(Class<org.mariadb.jdbc.Connection> type) implements Driver {
    @Override
    public int status(Connection connection) throws SQLException {
      return connection.isWrapperFor(type)
          ? connection.unwrap(type).getContext().getServerStatus()
          : UNSEEN;
    }
  }

  /** Those that are on the class path. */
  private static List<Driver> drivers() {
    List<Driver> drivers = new ArrayList<>();
    List<Supplier<Driver>> known =
        List.of(
            () -> new ConnectorJ(JdbcConnection.class),
            () -> new Mariadb(org.mariadb.jdbc.Connection.class));
    for (Supplier<Driver> driver : known) {
      try {
        drivers.add(driver.get());
      } catch (LinkageError e) {
        // It is not there, so no connection is of it.
      }
    }
    return drivers;
  }

  /**
   * Wraps what is done on a connection of the application's, so that it is done only where it takes
   * effect at once.
   *
   * @param what what is done, for messages
   * @param read whether it changes nothing
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
        return work.run(session);
      }
      int status = status(session);
      requireNoTransaction(what, status);
      T result = work.run(session);
      if (status == UNSEEN && !read) {
        // completion_type must not make it begin another transaction.
        execute(session, "COMMIT AND NO CHAIN");
      }
      return result;
    };
  }

  private static void requireNoTransaction(String what, int status) {
    if (status == UNSEEN) {
      return;
    }
    if ((status & AUTOCOMMIT) == 0) {
      throw off(what);
    }
    if ((status & IN_TRANSACTION) != 0) {
      throw inTransaction(what);
    }
  }

  /** The server's last answer tells, unless it was an error: then the drivers make something up. */
  private static int status(Database.Session session) throws SQLException {
    int status = status(session.connection());
    if (status == UNSEEN || (status & (AUTOCOMMIT | IN_TRANSACTION)) == AUTOCOMMIT) {
      return status;
    }
    execute(session, "DO 0");
    return status(session.connection());
  }

  private static int status(Connection connection) {
    for (Driver driver : DRIVERS) {
      try {
        int status = driver.status(connection);
        if (status != UNSEEN) {
          return status;
        }
      } catch (SQLException | RuntimeException | LinkageError e) {
        // A wrapper that does not unwrap hides the driver's connection.
        return UNSEEN;
      }
    }
    return UNSEEN;
  }

  /**
   * SQLite has no word for it, but refuses a transaction within another; both take microseconds.
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

  /** What the server says of the session, other than the driver. */
  static TokenStoreException off(String what) {
    return new TokenStoreException(
        "cannot "
            + what
            + ": autocommit is off in the session at the server, though the driver reports it on, so"
            + " nothing would be committed. Remove SET autocommit=0 from connectionInitSql,"
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
