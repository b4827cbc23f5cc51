package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The failures, the number of retries, and the texts of the exceptions. */
class FaultsTest {
  @TempDir Path directory;
  private String url = "";
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger tries = new AtomicInteger();
  private @Nullable SQLException failure;

  @BeforeEach
  void makeDatabase() {
    url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
  }

  /** A store whose statements on the token fail so often; SQLite speaks for all dialects here. */
  private TokenStore failing(int times, SQLException e) {
    return failing(times, e, Duration.ofSeconds(30));
  }

  private TokenStore failing(int times, SQLException e, Duration timeout) {
    TokenStore store =
        JdbcTokenStore.builder(
                FailingConnections.dataSource(
                    url,
                    connection ->
                        FailingConnections.failing(
                            connection,
                            sql -> {
                              tries.incrementAndGet();
                              return failures.getAndDecrement() > 0 ? failure : null;
                            })))
            .timeout(timeout)
            .build();
    failure = e;
    failures.set(times);
    tries.set(0);
    return store;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 517})
  void aWriteThatMeetsLocksIsTriedAgain(int code) {
    TokenStore store = failing(10, new SQLException("locked", null, code));

    store.saveToken("oA", Tokens.token("oA"));

    assertThat(tries).hasValue(11);
    assertThat(store.getToken("oA")).isPresent();
  }

  @Test
  void aWriteThatMeetsOnlyLocksFailsWhenItsTimeIsOver() {
    TokenStore store = failing(1_000, new SQLException("locked", null, 5), Duration.ofMillis(500));

    assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot save the token of oA");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 517})
  void severalInsertionsThatMeetLocksAreTriedAgain(int code) {
    TokenStore store = failing(10, new SQLException("locked", null, code));

    assertThat(store.saveTokensIfAbsent(List.of(Tokens.token("oB"), Tokens.token("oA"))))
        .containsExactlyInAnyOrder("oA", "oB");

    assertThat(tries).hasValue(11);
    assertThat(store.tokens()).hasSize(2);
  }

  @Test
  void severalInsertionsWhoseConnectionBrokeAreNotTriedAgain() {
    TokenStore store = failing(1, new SQLException("broken", "08S01"));

    assertThatThrownBy(
            () -> store.saveTokensIfAbsent(List.of(Tokens.token("oB"), Tokens.token("oA"))))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot save the tokens of oA and 1 more")
        .hasMessageContaining("the connection broke");
    assertThat(tries).hasValue(1);
  }

  @Test
  void aReadWhoseConnectionsBreakIsTriedAtMostFiveTimesAgain() {
    TokenStore store = failing(100, new SQLException("broken", "08S01"));

    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(TokenStoreException.class);
    assertThat(tries).hasValue(6);
  }

  @Test
  void aWriteWhoseConnectionBrokeIsNotTriedAgainForItMayHaveComeToPass() {
    TokenStore store = failing(1, new SQLException("broken", "08S01"));

    assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot save the token of oA")
        .hasMessageContaining("the connection broke");
    assertThat(tries).hasValue(1);
  }

  @Test
  void aReadWhoseConnectionBrokeIsTriedAgain() {
    TokenStore store = failing(1, new SQLException("broken", "08S01"));

    assertThat(store.getToken("oA")).isEmpty();
  }

  @Test
  void noTextOfADriverGetsOutForItMayQuoteAToken() {
    TokenStore store =
        failing(
            100,
            new SQLException(
                "Incorrect integer value: 'CANARY'", "HY000", 1366, new SQLException("CANARY")));

    Throwable thrown = catchThrowable(() -> store.saveToken("oA", Tokens.token("oA")));

    assertThat(thrown).hasMessageContaining("1366").hasMessageContaining("HY000");
    assertNoCanary(thrown);
  }

  @Test
  void aDataSourceWithAutocommitOffIsRefusedAtStart() {
    assertThatThrownBy(
            () ->
                JdbcTokenStore.builder(
                        FailingConnections.dataSource(
                            url,
                            connection -> {
                              connection.setAutoCommit(false);
                              return connection;
                            }))
                    .build())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("autocommit off");
  }

  @Test
  void closingTheStoreLeavesTheUsersDataSourceOpen() throws Exception {
    var dataSource = FailingConnections.dataSource(url);
    JdbcTokenStore.builder(dataSource).build().close();

    assertThat(dataSource.getConnection().isValid(1)).isTrue();
  }

  @Test
  void anInterruptedThreadGetsAnExceptionAndStaysInterrupted() {
    try (TokenStore store = TokenStores.open(url)) {
      Thread.currentThread().interrupt();
      Throwable thrown = catchThrowable(() -> store.getToken("oA"));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("interrupted");
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://127.0.0.1:%d/x?user=root&password=CANARY",
    "jdbc:mariadb://127.0.0.1:%d/x?user=root&password=CANARY"
  })
  void aServerThatNeverAnswersEndsTheStartWithinSeconds(String pattern) throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      String silentUrl = String.format(java.util.Locale.ROOT, pattern, silent.getLocalPort());
      long start = System.nanoTime();

      Throwable thrown = catchThrowable(() -> TokenStores.open(silentUrl));

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      assertNoCanary(thrown);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://nosuch.invalid/x?user=root&password=CANARY",
        "jdbc:mariadb://nosuch.invalid/x?user=root&password=CANARY",
        "jdbc:mysql://127.0.0.1:1/x?user=root&password=CANARY"
      })
  void noMessageShowsTheUrlOrItsPassword(String bad) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(bad));

    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://root:CANARY@127.0.0.1:x1/x",
        "jdbc:mariadb://root:CANARY@127.0.0.1:x1/x",
        "jdbc:mysql://127.0.0.1:1/x?user=root&password=CANARY%zz"
      })
  void aUrlThatItsDriverCannotReadIsRefusedAndNotShown(String bad) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(bad));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url is not one of M")
        .hasNoCause();
    assertNoCanary(thrown);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://127.0.0.1:1/x?password=CANARY,com.mysql:mysql-connector-j",
    "jdbc:mariadb://127.0.0.1:1/x?password=CANARY,org.mariadb.jdbc:mariadb-java-client",
    "jdbc:sqlite:/x?password=CANARY,org.xerial:sqlite-jdbc"
  })
  void aMissingDriverIsNamedByItsArtifact(String noDriver, String artifact) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // A class loader that knows the JDK only.
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      Throwable thrown = catchThrowable(() -> TokenStores.open(noDriver));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(artifact);
      assertNoCanary(thrown);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mariadb://address=(host=CANARY",
        "jdbc:mariadb://address=(host=h),address=(host=CANARY"
      })
  void aUrlThatMariadbsDriverWouldReadForEverIsRefused(String endless) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(endless));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url is not one of MariaDB's");
    assertNoCanary(thrown);
  }

  @Test
  void anotherDatabaseIsRefusedByName() {
    assertThatThrownBy(() -> Dialect.of("Oracle"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("Oracle", "not MySQL, MariaDB, PostgreSQL or SQLite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"499", "60001"})
  void aTimeoutOutOfRangeIsRefused(String millis) {
    assertThatThrownBy(() -> TokenStores.open(url + "?wxtoken.timeout=" + millis))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReplaceOfSqliteThatChangesNothingIsTrue() {
    try (TokenStore store = TokenStores.open(url)) {
      OAuthToken token = Tokens.token("oA");
      store.saveToken("oA", token);

      assertThat(store.replaceToken("oA", token, token)).isTrue();
    }
  }

  static void assertNoCanary(Throwable thrown) {
    StringWriter all = new StringWriter();
    thrown.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain("CANARY", "user=root");
  }
}
