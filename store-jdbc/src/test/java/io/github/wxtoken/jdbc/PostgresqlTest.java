package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL's own rules: its catalog, its transactions, and its refusals. */
class PostgresqlTest {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String CREATE = "&wxtoken.createSchema=true&wxtoken.poolSize=2";

  private String url = "";

  @BeforeEach
  void makeDatabase() throws Exception {
    url = Databases.POSTGRESQL.create("own" + COUNT.incrementAndGet());
  }

  private void createTables(String... changes) throws SQLException {
    TokenStores.open(url + CREATE).close();
    Servers.execute(url, changes);
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> TokenStores.open(url + "&wxtoken.poolSize=1").close())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContainingAll(messages);
  }

  // The schema

  @Test
  void aMissingTableIsRefusedWithTheSearchPathAndTheFile() {
    assertRefused("no table token", "search path is public", "schema-postgresql.sql");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create_at    | int",
        "create_at    | timestamp USING to_timestamp(create_at)",
        "expires_in   | boolean USING true",
        "access_token | char(200)",
        "extra        | jsonb USING extra::jsonb"
      })
  void aTypeThatCannotHoldItIsRefusedByName(String column, String type) throws Exception {
    createTables("ALTER TABLE token ALTER COLUMN " + column + " TYPE " + type);

    assertRefused("column " + column);
  }

  @Test
  void anOrderOfTheOperatingSystemIsRefusedWithTheStatementThatRepairsIt() throws Exception {
    createTables("ALTER TABLE token ALTER COLUMN openid TYPE varchar(64) COLLATE \"en-x-icu\"");
    String repair =
        "ALTER TABLE \"token\" ALTER COLUMN \"openid\" TYPE character varying(64) COLLATE \"C\"";

    assertRefused("column openid has the collation en-x-icu", repair);

    Servers.execute(url, repair);
    TokenStores.open(url).close();
  }

  @Test
  void anIndexThatComparesByAnotherCollationThanItsColumnIsNoUniqueKey() throws Exception {
    createTables(
        "ALTER TABLE token DROP CONSTRAINT token_pkey",
        "CREATE UNIQUE INDEX other ON token(openid COLLATE \"en-x-icu\")");

    assertRefused("no unique key on openid");

    Servers.execute(url, "CREATE UNIQUE INDEX same ON token(openid)", "DROP INDEX other");
    TokenStores.open(url).close();
  }

  @Test
  void aTableWithoutAUniqueKeyOnOpenidIsRefused() throws Exception {
    createTables(
        "ALTER TABLE token DROP CONSTRAINT token_pkey",
        "CREATE UNIQUE INDEX partly ON token(openid) WHERE scope = ''",
        "CREATE UNIQUE INDEX folded ON token(lower(openid))",
        "ALTER TABLE token ADD UNIQUE (openid) DEFERRABLE");

    assertRefused("no unique key on openid", "CREATE UNIQUE INDEX \"token_openid\" ON \"token\"");
  }

  @Test
  void aSecondUniqueKeyIsRefusedUnlessItsColumnsDiffer() throws Exception {
    createTables(
        "ALTER TABLE token ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY",
        "CREATE UNIQUE INDEX by_id ON token(id)",
        "CREATE UNIQUE INDEX by_unionid ON token(unionid)");

    assertRefused("unique key by_unionid", "DROP INDEX \"by_unionid\"");

    Servers.execute(url, "DROP INDEX by_unionid");
    TokenStores.open(url).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE token SET UNLOGGED | unlogged",
        "ALTER TABLE token RENAME TO behind; CREATE VIEW token AS SELECT * FROM behind | view",
        "ALTER TABLE token RENAME COLUMN scope TO \"Scope\" | no column scope",
        "ALTER TABLE token ADD COLUMN tenant int NOT NULL | column tenant is NOT NULL",
      })
  void whatLosesRowsOrRefusesThemIsRefused(String change, String message) throws Exception {
    createTables(change);

    assertRefused(message);
  }

  @Test
  void aTableOfAnotherSchemaIsFoundByItsNameAndByTheSearchPath() throws Exception {
    Servers.execute(url, "CREATE SCHEMA app");
    try (TokenStore store = TokenStores.open(url + CREATE + "&wxtoken.table=app.Tokens")) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(store.tryLease("x", Duration.ofSeconds(5))).isPresent();
    }
    try (TokenStore store =
        TokenStores.open(url + "&currentSchema=app&wxtoken.table=Tokens&wxtoken.poolSize=1")) {
      assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
    }
  }

  @Test
  void processesThatStartTogetherCreateTheTablesOnce() throws Exception {
    List<Callable<String>> starts =
        IntStream.range(0, 8)
            .<Callable<String>>mapToObj(
                i ->
                    () -> {
                      try (TokenStore store = TokenStores.open(url + CREATE)) {
                        return store.description();
                      }
                    })
            .toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (Future<String> started : threads.invokeAll(starts)) {
        assertThat(started.get()).contains("PostgreSQL ", " without TLS");
      }
    } finally {
      threads.shutdown();
    }
    assertThat(
            Servers.query(url, "SELECT count(*) FROM pg_indexes WHERE tablename = 'token_lease'"))
        .isEqualTo("2");
  }

  @Test
  void leasesThatExpiredLongAgoAreSweptAndOthersAreNot() throws Exception {
    createTables(
        "INSERT INTO token_lease SELECT 'old' || n, 'x', 1 FROM generate_series(1, 300) AS n");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      for (int i = 0; i < 2_000 && count("name LIKE 'old%'") > 0; i++) {
        assertThat(store.tryLease("new" + i, Duration.ofSeconds(60))).isPresent();
      }
    }
    assertThat(count("name LIKE 'old%'")).isZero();
    assertThat(count("name LIKE 'new%'")).isPositive();
  }

  private int count(String condition) throws SQLException {
    return Integer.parseInt(
        Servers.query(url, "SELECT count(*) FROM token_lease WHERE " + condition));
  }

  // Values

  @Test
  void aNulIsRefusedBeforeAnythingIsSent() throws Exception {
    try (TokenStore store = TokenStores.open(url + CREATE)) {
      assertThatThrownBy(
              () ->
                  store.saveToken(
                      "oA", Tokens.token("oA").toBuilder().accessToken("AT\0CANARY").build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("access_token must be of characters", "without NUL")
          .satisfies(FaultsTest::assertNoCanary);
      // JSON has an escape for it.
      store.saveToken(
          "oA", Tokens.token("oA").toBuilder().extraJson("{\"x\":\"\\u0000\"}").build());
      assertThat(store.getToken("oA").orElseThrow().extraJson()).contains("u0000");
    }
  }

  // Transactions

  private HikariDataSource pool(String initSql) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(1);
    config.setConnectionInitSql(initSql);
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1", "BEGIN", "START TRANSACTION READ ONLY", "BEGIN; SAVEPOINT a"})
  void onAConnectionThatComesBackDirtyAWriteIsCommitted(String sql) throws Exception {
    createTables();
    try (HikariDataSource pool = pool(sql);
        TokenStore store = JdbcTokenStore.builder(pool).build()) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("1");
      dirty(pool, sql);

      store.saveToken("oB", Tokens.token("oB"));

      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("2");
    }
  }

  @Test
  void onAConnectionWhoseTransactionHasFailedAnOperationSucceeds() throws Exception {
    createTables();
    try (HikariDataSource pool = pool("SELECT 1");
        TokenStore store = JdbcTokenStore.builder(pool).build()) {
      dirty(pool, "BEGIN");
      assertThatThrownBy(() -> dirty(pool, "SELECT nothing")).isInstanceOf(SQLException.class);

      assertThat(store.getToken("oA")).isEmpty();
      store.saveToken("oA", Tokens.token("oA"));

      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("1");
    }
  }

  private static void dirty(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void connectionsWithAutocommitOffAreRefused() throws Exception {
    createTables();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setAutoCommit(false);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      assertThatThrownBy(() -> JdbcTokenStore.builder(pool).build())
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("autocommit off");
    }
  }

  /** Each of them fails with 40001 some of the time. */
  @Test
  void writersOfOneRowInSerializableTransactionsAllSucceed() throws Exception {
    createTables(
        "ALTER ROLE postgres IN DATABASE "
            + url.replaceFirst(".*/(\\w+)\\?.*", "$1")
            + " SET default_transaction_isolation = 'serializable'");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=8&wxtoken.timeout=20000")) {
      List<Callable<Boolean>> writers =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        for (int n = 0; n < 25; n++) {
                          store.saveToken("oA", Tokens.token("oA"));
                        }
                        return true;
                      })
              .toList();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<Boolean> written : threads.invokeAll(writers)) {
          assertThat(written.get()).isTrue();
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void aWriteThatMeetsALockEndsInTimeAndHasNoEffect() throws Exception {
    createTables("INSERT INTO token VALUES ('AT', 7200, 'RT', 'oA', '', 1)");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=2&wxtoken.timeout=3000");
        Connection other = Servers.connect(url);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("UPDATE token SET scope = 'held'");
      long start = System.nanoTime();

      assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("55P03");

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3_500));
      other.commit();
      assertThat(Servers.query(url, "SELECT scope FROM token")).isEqualTo("held");
      store.saveToken("oA", Tokens.token("oA"));
    }
  }

  // Sessions and servers

  @Test
  void aSessionOfOursEndsItsWaitsUnlessAPoolerSharesIt() throws Exception {
    assertThat(new PostgresqlDialect().sessionSettings(url, Duration.ofSeconds(3)))
        .isEqualTo("SET lock_timeout = 1000; SET statement_timeout = 3000");
    assertThat(
            new PostgresqlDialect()
                .sessionSettings(url + "&prepareThreshold=0", Duration.ofSeconds(3)))
        .isNull();
    try (TokenStore store = TokenStores.open(url + CREATE + "&prepareThreshold=0")) {
      for (int i = 0; i < 10; i++) {
        store.saveToken("oA", Tokens.token("oA"));
      }
      assertThat(store.getToken("oA")).isPresent();
      assertThat(Servers.query(url, "SELECT count(*) FROM pg_prepared_statements")).isEqualTo("0");
    }
  }

  @Test
  void aServerThatHasBecomeReadOnlyIsLeftAndUsedAgainWhenItIsNot() throws Exception {
    String database = url.replaceFirst(".*/(\\w+)\\?.*", "$1");
    try (TokenStore store = TokenStores.open(url + CREATE + "&wxtoken.timeout=20000")) {
      store.saveToken("oA", Tokens.token("oA"));
      String change = "ALTER DATABASE " + database + " SET default_transaction_read_only = ";
      Servers.execute(url, change + "on");
      Servers.execute(
          SERVER.url(),
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
              + database
              + "'");
      assertThat(store.getToken("oA")).isPresent();
      assertThatThrownBy(() -> store.saveToken("oB", Tokens.token("oB")))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("read-only", "primary", "25006");

      Servers.execute(SERVER.url(), change + "off");

      store.saveToken("oB", Tokens.token("oB"));
    }
  }

  @Test
  void ofSeveralHostsThePrimaryIsUsed() throws Exception {
    String several = url.replace("jdbc:postgresql://", "jdbc:postgresql://127.0.0.1:1,");
    try (TokenStore store = TokenStores.open(several + CREATE)) {
      store.saveToken("oA", Tokens.token("oA"));
    }
    assertThat(new PostgresqlDialect().propertiesOfSeveral(2))
        .containsEntry("targetServerType", "primary");
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, 'password authentication failed for user \"app\"', access denied for user app",
    "28000, 'no pg_hba.conf entry for host, user \"app\", SSL off', access denied for user app",
    "3D000, 'database \"app\" does not exist', no such database: app",
    "42501, 'permission denied for table token', no right",
    "42P01, 'relation \"token\" does not exist', createSchema",
    "53300, 'sorry, too many clients already', max_connections",
    "57P03, 'the database system is starting up', starting",
    "25006, 'cannot execute INSERT in a read-only transaction', standby",
    "25P02, 'current transaction is aborted', transaction that has failed"
  })
  void anErrorIsExplainedInWords(String state, String text, String words) {
    SqlFailure failure = new SqlFailure(new SQLException(text + " CANARY", state));

    assertThat(failure.describe()).contains(words, state).doesNotContain("CANARY");
    assertThat(failure.isAnswerOfServer()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"57P01", "57P02", "57P05", "08006"})
  void aConnectionThatTheServerClosesIsAConnectionFailure(String state) {
    assertThat(SqlFailure.isConnection(new SQLException("CANARY", state))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "40P01", "55P03"})
  void aConflictIsRetried(String state) {
    assertThat(new PostgresqlDialect().mayRunAgain(new SQLException("CANARY", state))).isTrue();
  }

  @Test
  void aWrongPasswordIsExplained() {
    assumeTrue(url.contains("password=postgres") && asksForPasswords());
    assertThatThrownBy(
            () -> TokenStores.open(url.replace("password=postgres", "password=CANARY")).close())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("access denied for user postgres", "28P01")
        .satisfies(FaultsTest::assertNoCanary);
  }

  private boolean asksForPasswords() {
    try {
      Servers.connect(url.replace("password=postgres", "password=x")).close();
      return false;
    } catch (SQLException e) {
      return true;
    }
  }
}
