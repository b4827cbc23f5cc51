package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.Lease;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Leases: whose clock, what is swept, and what happens where they cannot be had. */
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
    ListAppender<ILoggingEvent> log = listen("gone");

    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1&wxtoken.leaseTable=gone")) {
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      store.close();
      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(TokenStoreException.class);
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
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

  @Test
  void aLeaseTableThatGoesAwayIsTheSame() throws Exception {
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      Servers.execute(url, "DROP TABLE token_lease");

      Optional<Lease> one = store.tryLease("refresh:oA", HOUR);
      Optional<Lease> other = store.tryLease("refresh:oA", HOUR);

      assertThat(one).isPresent();
      assertThat(other).isPresent();
    }
  }

  @Test
  void anyOtherErrorOfALeaseIsAnException() throws Exception {
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      Servers.execute(url, "ALTER TABLE token_lease DROP COLUMN owner");

      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(TokenStoreException.class);
    }
  }

  private static ListAppender<ILoggingEvent> listen(String name) {
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.setName(name);
    appender.start();
    ((Logger) LoggerFactory.getLogger(Leases.class)).addAppender(appender);
    return appender;
  }
}
