package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features of SQLite alone: a file, pragmas, and collations of its own. */
class SqliteTest {
  @TempDir Path directory;

  private String url() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:sqlite::memory:",
        "jdbc:sqlite:",
        "jdbc:sqlite:file::memory:?cache=shared",
        "jdbc:sqlite:file:a?mode=memory"
      })
  void aDatabaseInMemoryIsRefusedForEachConnectionHasItsOwn(String url) {
    assertThatThrownBy(() -> TokenStores.open(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memory:");
  }

  @Test
  void aMissingDirectoryIsRefusedByName() {
    assertThatThrownBy(() -> TokenStores.open("jdbc:sqlite:" + directory + "/no/tokens.db"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("no directory " + directory.resolve("no"));
  }

  @Test
  void aMissingFileIsNotCreatedUnasked() {
    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("createSchema");
    assertThat(directory.resolve("tokens.db")).doesNotExist();
  }

  @Test
  void aMissingFileIsShownWithoutWhatFollowsItInTheUrl() {
    assertThatThrownBy(() -> TokenStores.open(url() + "?password=\nCANARY"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("there is no file")
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void theDatabaseIsWrittenAheadAndForcedToTheDisk() throws Exception {
    TokenStores.open(url() + "?wxtoken.createSchema=true").close();

    assertThat(Servers.query(url(), "PRAGMA journal_mode")).isEqualTo("wal");
  }

  @Test
  void pragmasOfTheUrlWin() throws Exception {
    TokenStores.open(url() + "?journal_mode=DELETE&wxtoken.createSchema=true").close();

    assertThat(Servers.query(url(), "PRAGMA journal_mode")).isEqualTo("delete");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOCASE", "RTRIM"})
  void aKeyWithAnotherCollationThanBinaryIsRefused(String collation) throws Exception {
    Servers.execute(
        url(), Servers.SQLITE_README_TABLE.replace("UNIQUE", "COLLATE " + collation + " UNIQUE"));

    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(collation);
  }

  @Test
  void aColumnThatFoldsCaseIsComparedByBytesWhereItsIndexIs() throws Exception {
    Servers.execute(
        url(),
        Servers.SQLITE_README_TABLE.replace("UNIQUE", "COLLATE NOCASE"),
        "CREATE UNIQUE INDEX i ON token(openid COLLATE BINARY)");
    try (TokenStore store = TokenStores.open(url())) {
      store.saveToken("oA", Tokens.token("oA"));
      store.saveToken("oa", Tokens.token("oa"));

      assertThat(store.deleteToken("oa")).isTrue();

      assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
      assertThat(store.getToken("oa")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX k ON token(lower(openid))",
        "CREATE UNIQUE INDEX k ON token(openid COLLATE NOCASE)",
        "CREATE UNIQUE INDEX k ON token(openid) WHERE scope = ''",
        "CREATE UNIQUE INDEX k ON token(access_token)",
        "CREATE UNIQUE INDEX k ON token(tenant)",
        "CREATE UNIQUE INDEX k ON token(folded)"
      })
  void aUniqueIndexThatFoldsOrIsSharedByRowsIsRefused(String index) throws Exception {
    Servers.execute(
        url(),
        Servers.SQLITE_README_TABLE.replace(
            "create_at     varchar(20)  NOT NULL",
            "create_at varchar(20) NOT NULL, tenant int DEFAULT 0,"
                + " folded text AS (lower(openid))"),
        index);

    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageMatching(".*(unique key k besides|the collation NOCASE).*");
  }

  @Test
  void aViewIsRefused() throws Exception {
    Servers.execute(
        url(),
        Servers.SQLITE_README_TABLE.replace("TABLE token", "TABLE behind"),
        "CREATE VIEW token AS SELECT * FROM behind");

    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("is a view");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ATTACH ':memory:' AS m", "ATTACH '' AS m"})
  void aTableThatIsGoneWithItsConnectionIsRefused(String attach) throws Exception {
    Servers.execute(url(), Servers.SQLITE_README_TABLE);
    assertThatThrownBy(() -> open("m.token", attach, inSchema("m")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("in memory");
    assertThatThrownBy(() -> open("token", inSchema("temp")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("temporary table");
  }

  private static String inSchema(String schema) {
    return Servers.SQLITE_README_TABLE.replace("TABLE token", "TABLE " + schema + ".token");
  }

  private void open(String table, String... statements) {
    JdbcTokenStore.builder(
            FailingConnections.dataSource(
                url(),
                connection -> {
                  try (var statement = connection.createStatement()) {
                    for (String sql : statements) {
                      statement.execute(sql);
                    }
                  }
                  return connection;
                }))
        .table(table)
        .build();
  }

  @Test
  void aPartialUniqueIndexIsNotEnough() throws Exception {
    Servers.execute(
        url(),
        Servers.SQLITE_README_TABLE.replace("UNIQUE", ""),
        "CREATE UNIQUE INDEX i ON token(openid) WHERE scope = 'snsapi_base'");

    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("no unique key on openid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"varchar(20)|double", "varchar(20)|", "varchar(200)|integer"})
  void aTypeThatWouldChangeWhatIsStoredIsRefused(String change) throws Exception {
    String[] types = change.split("\\|", -1);
    Servers.execute(url(), Servers.SQLITE_README_TABLE.replace(types[0], types[1]));

    assertThatThrownBy(() -> TokenStores.open(url()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("column");
  }

  @Test
  void manyMayStartAtOnceOnANewFile() {
    var failures =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(
                i -> {
                  try (TokenStore store =
                      TokenStores.open(
                          url() + "?wxtoken.createSchema=true&wxtoken.timeout=20000")) {
                    store.saveToken("o" + i, Tokens.token("o" + i));
                    return "";
                  } catch (RuntimeException e) {
                    return e.toString();
                  }
                });

    assertThat(failures).containsOnly("");
  }

  @Test
  void aFileThatIsNoDatabaseIsAnError() throws Exception {
    Files.writeString(directory.resolve("tokens.db"), "x".repeat(10_000));

    assertThatThrownBy(() -> TokenStores.open(url())).isInstanceOf(TokenStoreException.class);
  }
}
