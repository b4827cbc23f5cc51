package io.github.wxtoken.jdbc;

import com.mysql.cj.jdbc.JdbcConnection;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes sure that a statement on a connection of the application commits by itself. The driver's
 * {@code getAutoCommit} is not enough: Connector/J and SQLite's driver do not notice when SQL
 * switches autocommit off or begins a transaction. A write in such a transaction is lost with the
 * connection, and a read shows the state at the start of the transaction.
 *
 * <p>MySQL and MariaDB report both in the status flags of each answer, and their drivers keep these
 * flags. If the application's wrappers hide the driver's connection, each write is committed
 * explicitly, which costs one round trip.
 */
final class Autocommit {
  private static final int IN_TRANSACTION = 1;
  private static final int AUTOCOMMIT = 2;
  private static final int UNSEEN = -1;
  private static final List<Driver> DRIVERS = drivers();

  private Autocommit() {}

  /** A driver that keeps the status flags of the server's last answer. */
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

  /** Returns the drivers that are on the class path. */
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
        // The driver is not on the class path, so no connection belongs to it.
      }
    }
    return drivers;
  }

  /**
   * Wraps work on a connection of the application, so that it runs only where it takes effect at
   * once.
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
        return work.run(session);
      }
      int status = status(session);
      requireNoTransaction(what, status);
      T result = work.run(session);
      if (status == UNSEEN && !read) {
        // completion_type must not make COMMIT begin another transaction.
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

  /**
   * Returns the flags of the server's last answer. After an error the drivers make up the flags.
   */
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
