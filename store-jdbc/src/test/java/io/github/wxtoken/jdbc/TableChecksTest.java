package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked at start, before a token can be lost in a table that is not fit for it. */
class TableChecksTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  /** Of 512 characters it makes 727. */
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
    TokenStoreException e =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            TokenStoreException.class, () -> open().close());
    assertThat(e).isNotNull().hasMessageContainingAll(parts);
    return String.valueOf(e.getMessage());
  }
}
