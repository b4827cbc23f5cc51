package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A store that both sides use.
 *
 * @param name the name in the report
 * @param javaUrl the URL for wxtoken
 * @param nodeKind the kind of store in {@code stores.js}
 * @param nodeUrl the URL for that store
 * @param nodeSeesExpiry whether Node gets {@code create_at} as a number
 */
record SharedStore(
    String name, String javaUrl, String nodeKind, String nodeUrl, boolean nodeSeesExpiry) {

  /** The names on the command line. */
  static final List<String> NAMES = List.of("files", "mysql-readme", "mysql", "redis", "mongodb");

  private static final Duration STARTUP = Duration.ofMinutes(2);

  /** wechat-oauth's README, without its comments. */
  private static final String README_TABLE =
      """
      CREATE TABLE `token` (
        `access_token`  varchar(200) COLLATE utf8_bin NOT NULL,
        `expires_in`    varchar(10)  COLLATE utf8_bin NOT NULL,
        `refresh_token` varchar(200) COLLATE utf8_bin NOT NULL,
        `openid`        varchar(50)  COLLATE utf8_bin NOT NULL,
        `scope`         varchar(50)  COLLATE utf8_bin NOT NULL,
        `create_at`     varchar(20)  COLLATE utf8_bin NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin
      """;

  private static final String README_KEY = "ALTER TABLE `token` ADD UNIQUE KEY `openid` (`openid`)";

  /**
   * Prepares a store without tokens.
   *
   * @param name one of {@link #NAMES}
   * @param folder the folder for stores on files
   * @throws IllegalStateException if there is no server for it
   */
  static SharedStore open(String name, Path folder) throws SQLException {
    SharedStore store =
        switch (name) {
          case "files" -> {
            String directory = folder.resolve("tokens").toString();
            yield new SharedStore("files", "file:" + directory, "files", directory, true);
          }
          case "mysql-readme" -> mysql("MySQL, the README's table", "wx_mixed_readme", false);
          case "mysql" -> mysql("MySQL, our table", "wx_mixed", true);
          case "redis" -> {
            String url = Servers.REDIS.url();
            String javaUrl = Servers.with(url, "wxtoken.prefix=mixed:");
            yield new SharedStore("Redis", javaUrl, "redis", url, true);
          }
          case "mongodb" -> {
            String url = Servers.withDatabase(Servers.MONGO.url(), "wx_mixed");
            String javaUrl = Servers.with(url, "wxtoken.createSchema=true");
            yield new SharedStore("MongoDB", javaUrl, "mongodb", url, false);
          }
          default -> throw new IllegalArgumentException(name);
        };
    store.empty();
    return store;
  }

  private static SharedStore mysql(String name, String database, boolean ours) throws SQLException {
    String server = Servers.MYSQL.url();
    String options = "sslMode=DISABLED&allowPublicKeyRetrieval=true";
    String url = Servers.with(Servers.withDatabase(server, database), options);
    execute(
        Servers.with(server, options),
        "DROP DATABASE IF EXISTS " + database,
        "CREATE DATABASE " + database);
    if (!ours) {
      execute(url, README_TABLE, README_KEY);
    }
    String javaUrl = url + "&wxtoken.createSchema=true&wxtoken.poolSize=4";
    return new SharedStore(name, javaUrl, "mysql", Servers.forMysql2(server, database), ours);
  }

  /** Creates missing tables, and deletes all tokens. */
  private void empty() {
    try (TokenStore store = TokenStores.open(javaUrl);
        Stream<OAuthToken> tokens = store.tokens()) {
      tokens.forEach(token -> store.deleteToken(token.openid()));
    }
  }

  private static void execute(String url, String... statements) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Connects, with retries: a MySQL that has just started refuses connections at first. */
  private static Connection connect(String url) throws SQLException {
    long end = System.nanoTime() + STARTUP.toNanos();
    while (true) {
      try {
        return DriverManager.getConnection(url + "&connectTimeout=2000&socketTimeout=30000");
      } catch (SQLException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(200_000_000);
      }
    }
  }
}
