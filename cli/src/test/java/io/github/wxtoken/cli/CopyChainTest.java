package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies MySQL to Redis, to MongoDB, to PostgreSQL and back to MySQL, each by processes that are
 * killed, while 50 threads sign users in at both ends: at the end each user has the latest token
 * that any of the stores has acknowledged, or a later one.
 */
class CopyChainTest {
  @RegisterExtension static final TestServer MYSQL = Stores.MYSQL;
  @RegisterExtension static final TestServer REDIS = Stores.REDIS;
  @RegisterExtension static final TestServer MONGO = Stores.MONGO;
  @RegisterExtension static final TestServer POSTGRESQL = Stores.POSTGRESQL;

  private static final int THREADS = 50;
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** On the way to each of the stores is one, and on the way to the last one are the others. */
  private static final int KILLS = 5;

  private static final String ROW =
      "CONCAT_WS('|', openid, access_token, refresh_token, create_at)";

  @TempDir private Path directory;

  private final SignIns signIns = new SignIns();

  @Test
  @Tag("long") // Needs -Dtest.heap=3g. -Dwxtoken.chain.mongodb=false leaves MongoDB out.
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void noTokenIsLostOrOlderAlongAChainOfStores() throws Exception {
    int users = Integer.getInteger("wxtoken.chain.users", 1_000_000);
    boolean withoutMongo = "false".equals(System.getProperty("wxtoken.chain.mongodb"));
    List<String> stores = new ArrayList<>();
    for (TestServer server : List.of(MYSQL, REDIS, MONGO, POSTGRESQL, MYSQL)) {
      if (server != MONGO || !withoutMongo) {
        stores.add(Stores.fresh(server.url()));
      }
    }
    int last = stores.size() - 1;
    CliRun.run("copy", "--from", "jsonl:" + tokens(users), "--to", stores.get(0))
        .hasCode(ExitCode.OK);
    for (int i = 0; i < last; i++) {
      int kills = i < last - 1 ? 1 : KILLS - i;
      copyWhileUsersSignIn(stores.get(i), stores.get(i + 1), kills, users);
    }

    String mysql = stores.get(last);
    String postgresql = stores.get(last - 1);
    CliRun.run("copy", "--from", mysql, "--to", postgresql).hasCode(ExitCode.OK);
    CliRun.run("verify", "--from", postgresql, "--to", mysql)
        .hasCode(ExitCode.OK)
        .says("the stores are equal");
    assertThat(digestOfMysql(mysql))
        .startsWith(users + " ")
        .isEqualTo(digestOfPostgresql(postgresql));
  }

  private Path tokens(int users) throws Exception {
    Path lines = directory.resolve("tokens.jsonl");
    try (BufferedWriter writer = Files.newBufferedWriter(lines)) {
      for (int i = 0; i < users; i++) {
        writer.write(signIns.first(i).toJson());
        writer.write('\n');
      }
    }
    return lines;
  }

  private void copyWhileUsersSignIn(String from, String to, int kills, int users) throws Exception {
    Instant begin = Instant.now();
    Path state = directory.resolve("state");
    try (TokenStore source = TokenStores.open(DriverUrl.of(from, THREADS));
        TokenStore target = TokenStores.open(DriverUrl.of(to, THREADS))) {
      signIns.during(
          source,
          target,
          THREADS,
          users,
          PAUSE,
          () -> {
            for (int kill = 1; kill <= kills; kill++) {
              long size = (long) users * kill / (kills + 1);
              KilledCopy.run(
                  from,
                  to,
                  state,
                  Math.max(200, users / 4),
                  () -> target.approximateSize().orElse(0) >= size);
            }
            CliRun.run("copy", "--from", from, "--to", to, "--resume", state.toString())
                .hasCode(ExitCode.OK);
          });
      CliRun.run("copy", "--from", from, "--to", to, "--verify")
          .hasCode(ExitCode.OK)
          .says("verified: ");
      signIns.assertNoneIsLostOrOlder(target);
      System.out.printf(
          "%s: %,d users in %,d s, %,d sign-ins so far%n",
          target.description(),
          users,
          Duration.between(begin, Instant.now()).toSeconds(),
          signIns.count());
    }
  }

  private static String digestOfMysql(String url) throws SQLException {
    return digest(
        DriverUrl.mariadb(MYSQL.url()) + "&sslMode=disable&allowPublicKeyRetrieval=true",
        "SELECT CONCAT(COUNT(*), ' ', SUM(CAST(CONV(LEFT(SHA2("
            + ROW
            + ", 256), 8), 16, 10) AS UNSIGNED))) FROM "
            + Stores.DATABASE
            + "."
            + table(url));
  }

  private static String digestOfPostgresql(String url) throws SQLException {
    return digest(
        POSTGRESQL.url(),
        "SELECT COUNT(*) || ' ' || SUM(CAST(CAST('x' || LEFT(ENCODE(SHA256(CONVERT_TO("
            + ROW
            + ", 'UTF8')), 'hex'), 8) AS bit(32)) AS bigint)) FROM "
            + table(url));
  }

  private static String table(String url) {
    return url.substring(url.lastIndexOf('=') + 1);
  }

  private static String digest(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
