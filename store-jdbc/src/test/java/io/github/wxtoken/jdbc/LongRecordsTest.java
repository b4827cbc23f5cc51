package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value that is too long is not loaded, every unreadable row is reported, and a scan continues.
 */
class LongRecordsTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir Path directory;

  private String mysql() throws Exception {
    String url = Servers.database(SERVER, "long" + COUNT.incrementAndGet());
    TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1").close();
    return url;
  }

  private String sqlite() {
    String url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
    return url;
  }

  /** Opens a store that counts the characters that it is given. */
  private static TokenStore counting(String url, AtomicLong loaded) {
    return JdbcTokenStore.builder(
            FailingConnections.dataSource(
                url, connection -> wrapped(Connection.class, connection, loaded)))
        .build();
  }

  private static <T> T wrapped(Class<T> type, Object target, AtomicLong loaded) {
    return type.cast(
        Proxy.newProxyInstance(
            LongRecordsTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (result instanceof PreparedStatement) {
                return wrapped(PreparedStatement.class, result, loaded);
              }
              if (result instanceof ResultSet) {
                return wrapped(ResultSet.class, result, loaded);
              }
              if (result instanceof String text) {
                loaded.accumulateAndGet(text.length(), Math::max);
              }
              return result;
            }));
  }

  @ParameterizedTest
  @CsvSource({
    "access_token, longtext", "refresh_token, mediumtext", "scope, longtext",
    "expires_in, longtext", "create_at, mediumtext", "unionid, longtext",
    "session_key, longtext", "extra, longtext"
  })
  void aValueOfMysqlThatIsTooLongIsCorruptAndNotLoaded(String column, String type)
      throws Exception {
    String url = mysql();
    Servers.execute(url, "ALTER TABLE token MODIFY " + column + " " + type);

    checkTooLong(url, column, "REPEAT('7', 3000000)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "access_token",
        "refresh_token",
        "scope",
        "expires_in",
        "create_at",
        "unionid",
        "session_key",
        "extra"
      })
  void aValueOfSqliteThatIsTooLongIsCorruptAndNotLoaded(String column) throws Exception {
    checkTooLong(sqlite(), column, "'x' || hex(zeroblob(1500000))");
  }

  /** SQLite's length() counts up to there. */
  @Test
  void aValueOfSqliteThatIsLongBehindANulIsNotLoadedEither() throws Exception {
    checkTooLong(sqlite(), "extra", "'x' || char(0) || hex(zeroblob(1500000))");
  }

  @Test
  void aBlobOfSqliteThatIsTooLongIsNotLoadedEither() throws Exception {
    checkTooLong(sqlite(), "refresh_token", "zeroblob(3000000)");
  }

  private static void checkTooLong(String url, String column, String value) throws Exception {
    AtomicLong loaded = new AtomicLong();
    try (TokenStore store = counting(url, loaded)) {
      store.saveToken("oA", Tokens.token("oA"));
      store.saveToken("oB", Tokens.token("oB"));
      store.saveToken("oC", Tokens.token("oC"));
      Servers.execute(url, "UPDATE token SET " + column + " = " + value + " WHERE openid = 'oB'");

      assertThatThrownBy(() -> store.getToken("oB"))
          .isInstanceOf(CorruptTokenException.class)
          .hasMessageContaining("oB")
          .hasMessageContaining(column + " is longer than 65536 characters");
      assertThat(scan(store, List.of("oB")))
          .extracting(OAuthToken::openid)
          .containsExactly("oA", "oC");
      // In place of the value comes its beginning, one character longer than a record may be.
      assertThat(loaded).hasValueLessThan(70_000);
      // It locks nobody out.
      store.saveToken("oB", Tokens.token("oB"));
      assertThat(store.getToken("oB")).contains(Tokens.token("oB"));
    }
  }

  @Test
  void aValueOfMoreCharactersThanARecordHasIsCorruptAlsoIfItsBytesAreFewEnoughToLoad()
      throws Exception {
    String url = mysql();
    Servers.execute(
        url,
        "ALTER TABLE token MODIFY access_token longtext",
        "INSERT INTO token(openid, access_token, expires_in, create_at) VALUES"
            + " ('oA', REPEAT('x', 65536), 1, 1), ('oB', REPEAT('x', 65537), 1, 1)");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=1")) {
      assertThat(store.getToken("oA")).isPresent();
      assertThatThrownBy(() -> store.getToken("oB")).isInstanceOf(CorruptTokenException.class);
    }
  }

  /**
   * Each may be read, but not all of them at once: of one in 50 nothing is left over for others.
   */
  @Test
  void aScanOfManyLongRecordsHoldsOneOfThemAtATime() throws Exception {
    String url = sqlite();
    Servers.execute(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 699)"
            + " INSERT INTO token(openid, access_token, expires_in, create_at)"
            + " SELECT 'o' || i, hex(zeroblob(30000)), 1, 1 FROM n");
    AtomicInteger rows = new AtomicInteger();
    try (TokenStore store =
        JdbcTokenStore.builder(
                FailingConnections.dataSource(
                    url,
                    connection ->
                        FailingConnections.failing(
                            connection,
                            sql -> {
                              rows.incrementAndGet();
                              return null;
                            })))
            .build()) {
      rows.set(0);
      try (Stream<OAuthToken> tokens = store.tokens()) {
        var iterator = tokens.iterator();
        iterator.next();
        iterator.next();
        assertThat(rows.get()).as("statements for two tokens").isLessThanOrEqualTo(4);
      }
      assertThat(scan(store, List.of())).hasSize(600);
    }
  }

  @Test
  void aRowWhoseKeyIsNoneIsReportedByWhatIsHarmlessOfItAndThePagesGoOn() throws Exception {
    String url = sqlite();
    try (TokenStore store = TokenStores.open(url)) {
      store.saveToken("oA", Tokens.token("oA"));
      store.saveToken("oZ", Tokens.token("oZ"));
      for (String openid :
          List.of(
              "''",
              "'o' || char(10) || 'forged'",
              "'oB '",
              "'o' || char(0) || 'x'",
              "'oM\u7528\u6237'",
              // the same to a driver that replaces what is no UTF-8
              "CAST(x'6f4dff41' AS TEXT)",
              "CAST(x'6f4dfe41' AS TEXT)",
              "hex(zeroblob(65))",
              "hex(zeroblob(150)) || 'A'",
              "hex(zeroblob(150)) || 'B'",
              "hex(zeroblob(2000000))",
              "x'6f41'",
              "x'ff'")) {
        Servers.execute(
            url,
            "INSERT INTO token(openid, access_token, expires_in, create_at) VALUES ("
                + openid
                + ", 'AT', 1, 1)");
      }

      List<CorruptTokenException> reports = new ArrayList<>();
      try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
        assertThat(tokens).extracting(OAuthToken::openid).containsExactly("oA", "oZ");
      }

      assertThat(reports).hasSize(13);
      assertThat(reports)
          .extracting(CorruptTokenException::openid)
          .allMatch(shown -> shown.matches("[A-Za-z0-9_:?-]{0,128}\\?"))
          .contains("?", "o?forged?", "oB??", "oA?");
    }
  }

  @Test
  void pagesGoOnPastFivehundredRowsWithoutAKey() throws Exception {
    String url = sqlite();
    Servers.execute(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 2299)"
            + " INSERT INTO token(openid, access_token, expires_in, create_at)"
            + " SELECT CAST(x'6fff' || i AS TEXT), 'AT', 1, 1 FROM n"
            + " UNION ALL SELECT CAST('b' || i AS BLOB), 'AT', 1, 1 FROM n"
            + " UNION ALL SELECT 'p' || i, 'AT', 1, 1 FROM n");
    try (TokenStore store = TokenStores.open(url)) {
      List<CorruptTokenException> reports = new ArrayList<>();
      try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
        assertThat(tokens.map(OAuthToken::openid)).doesNotHaveDuplicates().hasSize(1300);
      }
      assertThat(reports).hasSize(2600);
    }
  }

  /** Read as question marks, the keys would lead the next page back to the first. */
  @ParameterizedTest
  @ValueSource(strings = {"utf8mb4", "ucs2", "utf8mb3"})
  void keysThatTheConnectionCannotCarryDoNotLeadAScanInACircle(String charset) throws Exception {
    String url = mysql();
    Servers.execute(
        url,
        "ALTER TABLE token MODIFY openid varchar(128) CHARACTER SET "
            + charset
            + " COLLATE "
            + charset
            + "_bin NOT NULL");
    StringBuilder rows = new StringBuilder("('oA', 'AT', 1, 1), ('oZ', 'AT', 1, 1)");
    for (int i = 0; i < 1100; i++) {
      rows.append(", ('\u7528").append(i).append("', 'AT', 1, 1)");
    }
    Servers.execute(
        url + "&characterEncoding=UTF-8",
        "INSERT INTO token(openid, access_token, expires_in, create_at) VALUES " + rows,
        "INSERT INTO token(openid, access_token, expires_in, create_at) VALUES"
            + " (CHAR(9), 'AT', 1, 1), ('oA ', 'AT', 1, 1), ('ob\n', 'AT', 1, 1)"
                .replace("('oA ', 'AT', 1, 1), ", ""));
    try (TokenStore store =
        TokenStores.open(url + "&characterEncoding=ISO-8859-1&wxtoken.poolSize=1")) {
      List<CorruptTokenException> reports = new ArrayList<>();
      try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
        assertThat(tokens).extracting(OAuthToken::openid).containsExactly("oA", "oZ");
      }
      assertThat(reports).hasSize(1102);
    }
  }

  private static List<OAuthToken> scan(TokenStore store, List<String> corrupt) {
    List<String> reports = new ArrayList<>();
    try (Stream<OAuthToken> tokens = store.tokens(e -> reports.add(e.openid()))) {
      List<OAuthToken> read = tokens.toList();
      assertThat(reports).isEqualTo(corrupt);
      return read;
    }
  }
}
