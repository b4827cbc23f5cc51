package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks at start, before a token can be lost in an unfit table. */
class TableChecksTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  /** It encrypts 512 characters to 727. */
  private static final TokenCipher CIPHER = AesGcmTokenCipher.builder("1", new byte[32]).build();

  private static final AtomicInteger COUNT = new AtomicInteger();
  private String url = "";

  @BeforeEach
  void makeDatabase() throws Exception {
    url = Servers.database(SERVER, "checks" + COUNT.incrementAndGet());
  }

  @Test
  void aMissingTableIsRefusedAndTheMessageSaysHowToCreateIt() {
    assertRefused("no table token", "createSchema", "schema-mysql.sql");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"access_token", "expires_in", "refresh_token", "scope", "create_at", "openid"})
  void aMissingColumnIsRefusedByName(String column) throws Exception {
    Servers.execute(url, Servers.readmeTable("x int NULL, "));
    Servers.execute(url, "ALTER TABLE token DROP COLUMN " + column);

    assertRefused("no column " + column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create_at     | int NOT NULL",
        "create_at     | varchar(12) NOT NULL",
        "create_at     | datetime NOT NULL",
        "create_at     | double NOT NULL",
        "expires_in    | tinyint NOT NULL",
        "access_token  | bigint NOT NULL",
        "refresh_token | varbinary(200) NOT NULL"
      })
  void aTypeThatCannotHoldItIsRefusedByName(String column, String type) throws Exception {
    readmeTable("ALTER TABLE token MODIFY " + column + " " + type);

    assertRefused("column " + column.strip());
  }

  @Test
  void aTableWithoutAUniqueKeyOnOpenidIsRefusedForEachSaveWouldAddARow() throws Exception {
    Servers.execute(url, Servers.readmeTable(""));

    assertRefused("no unique key on openid", "CREATE UNIQUE INDEX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(openid(10))", "(openid, scope)"})
  void aKeyOnMoreOrLessThanOpenidIsNotEnough(String key) throws Exception {
    Servers.execute(url, Servers.readmeTable(""), "ALTER TABLE token ADD UNIQUE KEY k " + key);

    assertRefused("no unique key on openid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(access_token)", "(openid(10))", "(create_at, scope)"})
  void aSecondUniqueKeyIsRefusedForReplaceWouldDeleteAnotherUsersRow(String key) throws Exception {
    readmeTable("ALTER TABLE token ADD UNIQUE KEY k " + key);

    assertRefused("unique key k besides");
  }

  @Test
  void aCollationThatFoldsCaseIsRefusedAndTheMessageMendsIt() throws Exception {
    readmeTable(
        "ALTER TABLE token MODIFY openid varchar(50) CHARACTER SET utf8mb4 COLLATE"
            + " utf8mb4_general_ci NOT NULL");

    String message =
        assertRefused("column openid has the collation utf8mb4_general_ci", "ALTER TABLE");
    Servers.execute(url, message.substring(message.indexOf("ALTER TABLE")));

    open().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(x), ADD COLUMN x int NOT NULL DEFAULT 0",
        "(x), ADD COLUMN x int NULL DEFAULT 7",
        "(x), ADD COLUMN x varchar(50) AS (lower(openid)) STORED",
        "(x), ADD COLUMN x varchar(9) AS (substr(openid, 1, 5)) VIRTUAL",
        "(x, openid(10)), ADD COLUMN x int NOT NULL DEFAULT 0",
        "(x, create_at), ADD COLUMN x int NOT NULL DEFAULT 0"
      })
  void aUniqueKeyOverWhatIsTheSameInSeveralRowsIsRefusedAndTheMessageMendsIt(String key)
      throws Exception {
    readmeTable("SELECT 1");
    String column = key.substring(key.indexOf(", ADD") + 2);
    Servers.execute(url, "ALTER TABLE token " + column);
    Servers.execute(
        url, "ALTER TABLE token ADD UNIQUE KEY k " + key.substring(0, key.indexOf(", ADD")));

    String message = assertRefused("unique key k besides");
    Servers.execute(url, message.substring(message.indexOf("ALTER TABLE")));

    open().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADD COLUMN x int NULL UNIQUE",
        "ADD COLUMN x int NOT NULL AUTO_INCREMENT UNIQUE",
        "ADD COLUMN x char(36) NOT NULL DEFAULT (uuid()), ADD UNIQUE KEY k (x)",
        "ADD UNIQUE KEY k (openid, scope)",
        "ADD COLUMN x int NOT NULL DEFAULT 0, ADD UNIQUE KEY k (x, openid)"
      })
  void aSecondUniqueKeyThatNoTwoRowsShareIsNoMatter(String change) throws Exception {
    readmeTable("SELECT 1");
    Servers.execute(url, "SET sql_log_bin=0", "ALTER TABLE token " + change);

    try (TokenStore store = open()) {
      store.saveToken("oA", Tokens.token("oA"));
      store.saveToken("oa", Tokens.token("oa"));
      assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MEMORY", "BLACKHOLE", "ARCHIVE", "CSV", "MRG_MyISAM", "FEDERATED"})
  void anEngineThatLosesRowsIsRefusedForBothTablesAndTheMessageMendsIt(String engine)
      throws Exception {
    readmeTable("SELECT 1");
    for (String table : new String[] {"token", "token_lease"}) {
      Servers.execute(
          url,
          "CREATE TABLE IF NOT EXISTS token_lease (name varchar(200) CHARACTER SET ascii COLLATE"
              + " ascii_bin NOT NULL PRIMARY KEY, owner varchar(64) NOT NULL, expires_at bigint"
              + " NOT NULL)");
      try {
        Servers.execute(url, "ALTER TABLE " + table + " ENGINE=" + engine);
      } catch (SQLException e) {
        // This server does not have it, or it takes no such table.
        continue;
      }
      if (Servers.query(url, engineOf(table)).equalsIgnoreCase(engine)) {
        String message = assertRefused("the table " + table, "has the engine");
        Servers.execute(url, message.substring(message.indexOf("ALTER TABLE")));
      }
      open().close();
    }
  }

  private static String engineOf(String table) {
    return "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND"
        + " TABLE_NAME = '"
        + table
        + "'";
  }

  @ParameterizedTest
  @ValueSource(strings = {"MyISAM", "Aria"})
  void anEngineThatMayLoseRowsInACrashIsTakenWithAWarning(String engine) throws Exception {
    readmeTable("SELECT 1");
    try {
      Servers.execute(url, "ALTER TABLE token ENGINE=" + engine);
    } catch (SQLException e) {
      assumeTrue(false, "this server does not have it");
    }
    LogRecorder log = LogRecorder.listen(JdbcTokenStore.class.getName(), Level.WARN);
    try (log) {
      open().close();
    }

    assertThat(log.lines())
        .extracting(LogRecorder.Line::message)
        .anyMatch(
            message ->
                message.contains("the engine " + engine.toLowerCase(Locale.ROOT))
                    && message.endsWith("ALTER TABLE `token` ENGINE=InnoDB"));
  }

  @Test
  void aViewIsRefusedByThatName() throws Exception {
    readmeTable("RENAME TABLE token TO behind");
    Servers.execute(url, "CREATE VIEW token AS SELECT * FROM behind");

    assertRefused("is a view");
  }

  @Test
  void aTemporaryTableThatHidesTheTableIsRefused() throws Exception {
    readmeTable("SELECT 1");
    String temporary = Servers.readmeTable("").replaceFirst("CREATE", "CREATE TEMPORARY");
    TokenStoreException e =
        catchThrowableOfType(
            TokenStoreException.class,
            () ->
                JdbcTokenStore.builder(
                        FailingConnections.dataSource(
                            url,
                            connection -> {
                              try (var statement = connection.createStatement()) {
                                statement.execute(temporary);
                                statement.execute(Servers.README_KEY);
                              }
                              return connection;
                            }))
                    .build());

    assertThat(e).isNotNull().hasMessageContaining("is hidden by a temporary table");
  }

  /** A limit of 0 would log out everybody. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aLimitOfTheSessionForSelectsIsNoMatter(int limit) throws Exception {
    TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1").close();
    try (TokenStore store =
        JdbcTokenStore.builder(
                FailingConnections.dataSource(
                    url,
                    connection -> {
                      try (var statement = connection.createStatement()) {
                        statement.execute("SET sql_select_limit=" + limit);
                      }
                      return connection;
                    }))
            .build()) {
      for (String openid : new String[] {"oA", "oB", "oC", "oD"}) {
        store.saveToken(openid, Tokens.token(openid));
      }
      assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
      assertThat(store.replaceToken("oA", Tokens.token("oA"), Tokens.token("oA"))).isTrue();
      try (var tokens = store.tokens()) {
        assertThat(tokens).hasSize(4);
      }
      assertThat(store.tryLease("refresh:oA", Duration.ofMinutes(1))).isPresent();
      assertThat(store.tryLease("refresh:oA", Duration.ofMinutes(1))).isEmpty();
    }
  }

  @Test
  void aColumnOfOthersThatMustBeFilledIsRefusedByName() throws Exception {
    readmeTable("ALTER TABLE token ADD COLUMN tenant int NOT NULL");

    assertRefused("column tenant is NOT NULL without a default");
  }

  @Test
  void columnsOfOthersThatFillThemselvesAreNoMatter() throws Exception {
    readmeTable("ALTER TABLE token ADD COLUMN a int NOT NULL DEFAULT 0, ADD COLUMN b int NULL");

    try (TokenStore store = open()) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
    }
  }

  @Test
  void anExtraColumnOfMySqlsJsonTypeIsRefusedForItReordersAndRounds() throws Exception {
    readmeTable("ALTER TABLE token ADD COLUMN extra json NULL");

    if (Servers.isMariadb(url)) {
      open().close(); // there JSON is another name of a text
    } else {
      assertRefused("column extra");
    }
  }

  @Test
  void aTableNameIsCheckedBeforeAnythingElse() {
    assertThatThrownBy(() -> TokenStores.open(url + "&wxtoken.table=a`b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TokenStores.open(url + "&wxtoken.leaseTable=a;b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTableMayBeNamedWithItsSchema() throws Exception {
    readmeTable("SELECT 1");
    String schema = Servers.query(url, "SELECT DATABASE()");

    try (TokenStore store =
        TokenStores.open(
            Servers.withDatabase(SERVER.url(), "") + "&wxtoken.table=" + schema + ".token")) {
      store.saveToken("oA", Tokens.token("oA"));
    }

    assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("1");
  }

  @Test
  void manyProcessesMayCreateTheTablesAtOnce() {
    var failures =
        java.util.stream.IntStream.range(0, 8)
            .parallel()
            .mapToObj(
                i -> {
                  try (TokenStore store =
                      TokenStores.open(
                          url
                              + "&wxtoken.createSchema=true&wxtoken.poolSize=1&wxtoken.timeout=20000")) {
                    return "";
                  } catch (RuntimeException e) {
                    return e.toString();
                  }
                });

    assertThat(failures).containsOnly("");
  }

  @ParameterizedTest
  @CsvSource({"access_token,200", "access_token,255", "refresh_token,255", "refresh_token,726"})
  void aColumnThatIsTooNarrowForEncryptedTokensIsRefusedByName(String column, int width)
      throws Exception {
    readmeTable("ALTER TABLE token MODIFY access_token text, MODIFY refresh_token text");
    Servers.execute(url, "ALTER TABLE token MODIFY " + column + " varchar(" + width + ")");

    try (TokenStore store = open()) {
      assertThatThrownBy(() -> TokenStores.encrypted(store, CIPHER))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "store must have room for an encrypted token of 512 characters, but "
                  + column
                  + " must be at most "
                  + width
                  + " characters long");
    }
  }

  @Test
  void aReadmeTableThatWasWidenedTakesEncryptedTokens() throws Exception {
    readmeTable(
        "ALTER TABLE token MODIFY access_token varchar(727) NOT NULL,"
            + " MODIFY refresh_token varchar(727) NOT NULL");

    try (TokenStore store = open()) {
      TokenStores.encrypted(store, CIPHER).saveToken("oA", Tokens.token("oA"));
      assertThat(TokenStores.encrypted(store, CIPHER).getToken("oA")).contains(Tokens.token("oA"));
    }
    assertThat(Servers.query(url, "SELECT access_token FROM token")).startsWith("enc1:");
  }

  private void readmeTable(String change) throws Exception {
    Servers.execute(url, Servers.readmeTable(""), Servers.README_KEY, change);
  }

  private TokenStore open() {
    return TokenStores.open(url + "&wxtoken.poolSize=1");
  }

  private String assertRefused(String... parts) {
    TokenStoreException e = catchThrowableOfType(TokenStoreException.class, () -> open().close());
    assertThat(e).isNotNull().hasMessageContainingAll(parts);
    return String.valueOf(e.getMessage());
  }
}
