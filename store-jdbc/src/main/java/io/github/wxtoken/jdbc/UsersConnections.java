package io.github.wxtoken.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's own connections. The application's pool may wait for one much longer than the
 * store's timeout allows (HikariCP waits 30 seconds by default), so one of our threads asks the
 * pool, unless the pool is known to give up in time.
 */
final class UsersConnections implements Connections {
  private static final Logger LOG = LoggerFactory.getLogger(UsersConnections.class);

  private static final String ALL_IN_USE =
      ". Either the database is unreachable or refuses the user, which the log of the pool then"
          + " says, or all connections are in use: a caller inside a transaction holds one and"
          + " needs a second one here, so concurrent transactions can use up a pool and wait for"
          + " each other. Make the pool larger than the number of concurrent transactions, call"
          + " outside of transactions, or give the store a pool of its own";

  private final DataSource dataSource;
  private final Jdbi jdbi;

  /** The server of the connections, for messages. */
  private final String server;

  /** Null if the data source is known to give up within the timeout. */
  private final @Nullable BoundedWait wait;

  UsersConnections(DataSource dataSource, Duration timeout) {
    this.dataSource = dataSource;
    this.jdbi = JdbiSettings.on(dataSource);
    this.server = server(dataSource);
    long longest = longestWaitMillis(dataSource);
    this.wait = longest > 0 && longest <= timeout.toMillis() ? null : new BoundedWait();
    if (longest > timeout.toMillis()) {
      LOG.warn(
          "The data source waits up to {} ms for a connection, but a call of the store ends after"
              + " {} ms. The store gives up then, while the data source goes on waiting. Set"
              + " HikariCP's connectionTimeout plus its validationTimeout, or the login timeout of"
              + " another data source, to less than the store's timeout",
          longest,
          timeout.toMillis());
    }
  }

  /** Returns the data source's longest wait in milliseconds, or 0 if it is unknown. */
  private static long longestWaitMillis(DataSource dataSource) {
    try {
      HikariDataSource hikari = hikari(dataSource);
      return hikari != null
          // An idle connection is tested first, which takes additional time.
          ? hikari.getConnectionTimeout() + hikari.getValidationTimeout()
          : dataSource.getLoginTimeout() * 1000L;
    } catch (SQLException | RuntimeException e) {
      // Wrappers and proxies need not implement any of this.
      return 0;
    }
  }

  private static String server(DataSource dataSource) {
    HikariDataSource hikari = hikari(dataSource);
    String url = hikari == null ? "" : String.valueOf(hikari.getJdbcUrl());
    return JdbcUrl.names(url).map(names -> "the database at " + names).orElse("the database");
  }

  /** Returns null for other pools. Wrappers and proxies may throw anything. */
  private static @Nullable HikariDataSource hikari(DataSource dataSource) {
    try {
      return dataSource instanceof HikariDataSource hikari
          ? hikari
          : dataSource.isWrapperFor(HikariDataSource.class)
              ? dataSource.unwrap(HikariDataSource.class)
              : null;
    } catch (SQLException | RuntimeException e) {
      return null;
    }
  }

  @Override
  public Handle open(long millis) {
    return wait == null ? jdbi.open() : wait.open(jdbi::open, millis);
  }

  @Override
  public void discard(Connection connection) {
    try {
      if (dataSource instanceof HikariDataSource hikari
          && connection instanceof ProxyConnection ofHikari) {
        hikari.evictConnection(ofHikari);
      } else {
        // The pool finds the connection closed when it is returned, and drops it.
        connection.abort(Runnable::run);
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("A connection could not be aborted: {}", new SqlFailure(e).describe());
    }
  }

  @Override
  public String server() {
    return server;
  }

  @Override
  public String late() {
    SqlFailure last = wait == null ? null : wait.lastFailure();
    return "the data source had no connection in time"
        + (last == null ? occupancy() : ". Its last attempt failed: " + cannotConnect(last));
  }

  @Override
  public String explain(SqlFailure failure) {
    return failure.isKnown() ? cannotConnect(failure) : late();
  }

  private String cannotConnect(SqlFailure failure) {
    return "cannot connect to " + server + ": " + failure.describeAttempt();
  }

  private String occupancy() {
    HikariDataSource hikari = hikari(dataSource);
    HikariPoolMXBean pool = hikari == null ? null : hikari.getHikariPoolMXBean();
    if (pool == null) {
      return ALL_IN_USE;
    }
    int total = pool.getTotalConnections();
    return total == 0
        ? ", and its pool has no open connection, so it probably cannot connect to "
            + server
            + ". The log of the pool has the cause"
        : " (its pool has "
            + total
            + ", and "
            + pool.getActiveConnections()
            + " of them are in use)"
            + ALL_IN_USE;
  }

  @Override
  public void close() {
    if (wait != null) {
      wait.close();
    }
  }
}
