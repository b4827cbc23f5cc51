package io.github.wxtoken.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;

/** Pools with the settings of those that {@code JdbcTokenStore} opens, and with Hikari's own. */
final class JdbcPool {
  private static final Map<String, String> MYSQL =
      Map.of(
          "connectTimeout", "1000",
          "socketTimeout", "3000",
          "useServerPrepStmts", "true",
          "cachePrepStmts", "true",
          "prepStmtCacheSize", "50",
          "prepStmtCacheSqlLimit", "4096");
  private static final Map<String, String> POSTGRESQL =
      Map.of("connectTimeout", "1", "socketTimeout", "3", "tcpKeepAlive", "true");
  // The driver's own 3 s are not enough for 16 concurrent writers.
  private static final Map<String, String> SQLITE =
      Map.of("journal_mode", "WAL", "synchronous", "FULL", "busy_timeout", "30000");

  private JdbcPool() {}

  static HikariDataSource likeTheStores(String url) {
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(sqlite ? 4 : 16);
    boolean postgresql = url.startsWith("jdbc:postgresql:");
    (sqlite ? SQLITE : postgresql ? POSTGRESQL : MYSQL).forEach(config::addDataSourceProperty);
    return new HikariDataSource(config);
  }

  static HikariDataSource ofDefaults(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    return new HikariDataSource(config);
  }
}
