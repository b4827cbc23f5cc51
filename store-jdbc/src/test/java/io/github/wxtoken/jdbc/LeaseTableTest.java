package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leases: the clock that counts, the sweep, and the behaviour while leases are unavailable. */
class LeaseTableTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration HOUR = Duration.ofHours(1);
  private String url = "";

  @BeforeEach
  void makeDatabase() throws Exception {
    url = Servers.database(SERVER, "leases" + COUNT.incrementAndGet());
    TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1").close();
  }

  private TokenStore openInTimeZone(String zone) {
    return JdbcTokenStore.builder(
            FailingConnections.dataSource(
                url,
                connection -> {
                  try (var statement = connection.createStatement()) {
                    statement.execute("SET time_zone = '" + zone + "'");
                  }
                  return connection;
                }))
        .build();
  }

  @Test
  void aLeaseIsHeldForSessionsOfEveryTimeZone() {
    TokenStore east = openInTimeZone("+12:00");
    TokenStore west = openInTimeZone("-11:00");

    Lease lease = east.tryLease("refresh:oA", HOUR).orElseThrow();

    assertThat(west.tryLease("refresh:oA", HOUR)).isEmpty();
    lease.close();
    assertThat(west.tryLease("refresh:oA", HOUR)).isPresent();
    assertThat(east.tryLease("refresh:oA", HOUR)).isEmpty();
  }

  @Test
  void expiryIsInMillisecondsSince1970ByTheServersClock() throws Exception {
    openInTimeZone("+12:00").tryLease("refresh:oA", HOUR);

    String left =
        Servers.query(
            url,
            "SELECT expires_at DIV 1000 - UNIX_TIMESTAMP() BETWEEN 3590 AND 3601 FROM token_lease");

    assertThat(left).isEqualTo("1");
  }

  @Test
  void leasesThatWereOverLongAgoAreSweptInPassing() throws Exception {
    Servers.execute(url, "INSERT INTO token_lease VALUES ('old', 'dead', 1)");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      int taken = 0;
      while (!Servers.query(url, "SELECT count(*) FROM token_lease WHERE name = 'old'")
          .equals("0")) {
        assertThat(taken).as("leases taken without a sweep").isLessThan(10_000);
        for (int i = 0; i < 50; i++, taken++) {
          store.tryLease("refresh:oA", HOUR).orElseThrow().close();
        }
      }
    }
  }

  @Test
  void withoutALeaseTableEveryoneIsGrantedAndOneWarningShowsTheDdl() throws Exception {
    Servers.execute(url, "DROP TABLE token_lease");
    LogRecorder log = listen();

    try (log;
        TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1&wxtoken.leaseTable=gone")) {
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      store.close();
      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(TokenStoreException.class);
    }

    assertThat(log.lines())
        .extracting(LogRecorder.Line::message)
        .filteredOn(message -> message.contains("gone"))
        .singleElement()
        .asString()
        .contains("CREATE TABLE `gone`");
  }

  @Test
  void besideATableOfNodesCreateSchemaAddsTheLeasesAndChangesNothing() throws Exception {
    Servers.execute(
        url, "DROP TABLE token, token_lease", Servers.readmeTable(""), Servers.README_KEY);
    String definition =
        "SELECT group_concat(column_name, column_type, collation_name ORDER BY ordinal_position)"
            + " FROM information_schema.columns"
            + " WHERE table_schema = DATABASE() AND table_name = 'token'";
    String before = Servers.query(url, definition);

    try (TokenStore store = TokenStores.open(url + "&wxtoken.createSchema=true")) {
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }

    assertThat(before).contains("create_at");
    assertThat(Servers.query(url, definition)).isEqualTo(before);
  }

  /** The statements that make leases unavailable for a while, and those that restore them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RENAME TABLE token_lease TO elsewhere | RENAME TABLE elsewhere TO token_lease",
        "ALTER TABLE token_lease DROP COLUMN owner"
            + " | ALTER TABLE token_lease ADD COLUMN owner varchar(64) NOT NULL",
        "ALTER TABLE token_lease CHANGE expires_at ends bigint NOT NULL"
            + " | ALTER TABLE token_lease CHANGE ends expires_at bigint NOT NULL",
        "ALTER TABLE token_lease ADD COLUMN tenant int NOT NULL"
            + " | ALTER TABLE token_lease DROP COLUMN tenant",
        "ALTER TABLE token_lease MODIFY name varchar(5) CHARACTER SET ascii COLLATE ascii_bin NOT"
            + " NULL | ALTER TABLE token_lease MODIFY name varchar(200) CHARACTER SET ascii COLLATE"
            + " ascii_bin NOT NULL",
        "DROP TABLE token_lease | CREATE TABLE token_lease (name varchar(200) NOT NULL PRIMARY KEY,"
            + " owner varchar(64) NOT NULL, expires_at bigint NOT NULL) CHARSET=ascii"
            + " COLLATE=ascii_bin"
      })
  void leasesThatWereLostFailClosedAndAreExclusiveAgainAsSoonAsTheTableIsMended(
      String lose, String mend) throws Exception {
    // A name of its own, for other tests lose leases at the same time.
    String table = "lost_" + COUNT.get();
    Servers.execute(url, "RENAME TABLE token_lease TO " + table);
    LogRecorder log = listen();
    try (log;
        TokenStore store =
            TokenStores.open(url + "&wxtoken.poolSize=1&wxtoken.leaseTable=" + table)) {
      Servers.execute(url, lose.replace("token_lease", table));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
            .isInstanceOf(LeaseUnavailableException.class)
            .hasMessageContaining("CREATE TABLE `" + table + "`")
            .hasMessageContaining("GRANT SELECT, INSERT, UPDATE, DELETE ON `");
      }
      Servers.execute(url, mend.replace("token_lease", table));

      Lease lease = leaseOnceMended(store);

      assertThat(lease.isExclusive()).isTrue();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
    assertThat(log.lines())
        .filteredOn(line -> line.message().contains("the table " + table + " "))
        .extracting(LogRecorder.Line::level)
        .containsExactly(Level.WARN, Level.INFO);
  }

  @Test
  void aLeaseTableThatComesBackUnfitIsRefusedUntilItIsMended() throws Exception {
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      Servers.execute(url, "RENAME TABLE token_lease TO elsewhere");
      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(LeaseUnavailableException.class);
      Servers.execute(
          url,
          "CREATE TABLE token_lease (name varchar(200) CHARACTER SET utf8mb4 COLLATE"
              + " utf8mb4_general_ci NOT NULL PRIMARY KEY, owner varchar(64) NOT NULL,"
              + " expires_at bigint NOT NULL)");

      assertThat(awaitFailure(store, "collation"))
          .contains("utf8mb4_general_ci", "ALTER TABLE `token_lease` MODIFY `name`");
      Servers.execute(url, "DROP TABLE token_lease", "RENAME TABLE elsewhere TO token_lease");

      assertThat(leaseOnceMended(store).isExclusive()).isTrue();
    }
  }

  @Test
  void aLeaseTableThatIsCreatedLaterMakesLeasesExclusiveAndFailsClosedFromThenOn()
      throws Exception {
    Servers.execute(url, "RENAME TABLE token_lease TO elsewhere");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      assertThat(store.tryLease("refresh:oA", HOUR).orElseThrow().isExclusive()).isFalse();
      Servers.execute(url, "RENAME TABLE elsewhere TO token_lease");

      awaitTrue(() -> store.tryLease("refresh:oB", HOUR).map(Lease::isExclusive).orElse(true));

      assertThat(store.tryLease("refresh:oB", HOUR)).isEmpty();
      Servers.execute(url, "DROP TABLE token_lease");
      assertThatThrownBy(() -> store.tryLease("refresh:oC", HOUR))
          .isInstanceOf(LeaseUnavailableException.class);
    }
  }

  @Test
  void aLeaseTableInSqliteThatIsDroppedAndCreatedAgainIsTheSame(@TempDir Path directory)
      throws Exception {
    String file = "jdbc:sqlite:" + directory.resolve("tokens.db");
    try (TokenStore store = TokenStores.open(file + "?wxtoken.createSchema=true")) {
      Servers.execute(file, "ALTER TABLE token_lease RENAME TO elsewhere");
      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(LeaseUnavailableException.class)
          .hasMessageContaining("CREATE TABLE `token_lease`");
      Servers.execute(file, "ALTER TABLE elsewhere RENAME TO token_lease");

      assertThat(leaseOnceMended(store).isExclusive()).isTrue();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
  }

  @Test
  void aRightThatIsRevokedAndGrantedAgainIsTheSame() throws Exception {
    String database = Servers.query(url, "SELECT DATABASE()");
    String user = "u" + COUNT.get() + (Servers.isMariadb(url) ? "_maria" : "_my");
    String onLeases = " ON " + database + ".token_lease ";
    try {
      Servers.execute(
          url,
          "CREATE USER '" + user + "'@'%' IDENTIFIED BY 'secret'",
          "GRANT SELECT, INSERT, UPDATE, DELETE ON " + database + ".token TO '" + user + "'@'%'",
          "GRANT SELECT, INSERT, UPDATE, DELETE" + onLeases + "TO '" + user + "'@'%'");
    } catch (SQLException e) {
      assumeTrue(false, "the embedded server knows no users");
    }
    String as = url.replaceAll("user=[^&]*", "user=" + user).replaceAll("&password=[^&]*", "");
    try (TokenStore store = TokenStores.open(as + "&password=secret&wxtoken.poolSize=1")) {
      store.tryLease("refresh:oB", HOUR).orElseThrow().close();
      Servers.execute(url, "REVOKE INSERT" + onLeases + "FROM '" + user + "'@'%'");
      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(LeaseUnavailableException.class)
          .hasMessageContaining("ON `" + database + "`.`token_lease` TO '" + user + "'@'%'");
      Servers.execute(url, "GRANT INSERT" + onLeases + "TO '" + user + "'@'%'");

      assertThat(leaseOnceMended(store).isExclusive()).isTrue();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
  }

  /** The next try is due a second after the first. */
  private static Lease leaseOnceMended(TokenStore store) {
    AtomicReference<Lease> lease = new AtomicReference<>();
    awaitTrue(
        () -> {
          try {
            lease.set(store.tryLease("refresh:oA", HOUR).orElseThrow());
            return true;
          } catch (LeaseUnavailableException e) {
            return false;
          }
        });
    return Objects.requireNonNull(lease.get());
  }

  private static String awaitFailure(TokenStore store, String part) {
    StringBuilder message = new StringBuilder();
    awaitTrue(
        () -> {
          try {
            store.tryLease("refresh:oA", HOUR);
            return false;
          } catch (LeaseUnavailableException e) {
            message.setLength(0);
            return message.append(e.getMessage()).indexOf(part) >= 0;
          }
        });
    return message.toString();
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("a minute").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static LogRecorder listen() {
    return LogRecorder.listen(JdbcLeases.class.getName(), Level.INFO);
  }
}
