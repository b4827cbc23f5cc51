package io.github.wxtoken.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.StoreOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;

/**
 * A row is either a token or corrupt, and a URL is either read or refused; no message quotes them.
 */
class HostileInputFuzzTest {
  private static final String README =
      "access_token varchar(200) NOT NULL, expires_in varchar(10) NOT NULL,"
          + " refresh_token varchar(200) NOT NULL, openid varchar(50) NOT NULL UNIQUE,"
          + " scope varchar(50) NOT NULL, create_at varchar(20) NOT NULL";
  private static final String OURS =
      "access_token varchar(1024), expires_in bigint NOT NULL, refresh_token varchar(1024),"
          + " openid varchar(128) PRIMARY KEY, scope varchar(128), create_at bigint NOT NULL,"
          + " unionid varchar(128), session_key varchar(1024), extra text";
  private static final List<TokenTable> TABLES = new ArrayList<>();

  @BeforeAll
  static void describeTables() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement ddl = connection.createStatement()) {
      ddl.execute("CREATE TABLE readme (" + README + ")");
      ddl.execute("CREATE TABLE ours (" + OURS + ")");
      Handle handle =
          JdbiSettings.on(FailingConnections.from(() -> FailingConnections.unclosable(connection)))
              .open();
      for (String name : List.of("readme", "ours")) {
        TABLES.add(
            new TokenTable(new Table(handle, new SqliteDialect(), TableName.of(name), "table")));
      }
    }
  }

  /** A line for each column, in the order of {@link Field}; {@code NULL} is null. */
  @FuzzTest(maxDuration = "90s")
  void aRowIsReadWithoutLossOrCorrupt(byte[] input) throws SQLException {
    List<@Nullable String> row = new ArrayList<>();
    for (String line : new String(input, UTF_8).split("\n", -1)) {
      row.add(line.equals("NULL") ? null : line);
    }
    row.addAll(Collections.nCopies(Field.values().length, null));
    check(TABLES.get(0), row.subList(0, 6));
    check(TABLES.get(1), row.subList(0, Field.values().length));
  }

  private static void check(TokenTable table, List<@Nullable String> row) throws SQLException {
    TokenRows rows = new TokenRows(table);
    try {
      OAuthToken token = rows.token("OID", rows.readTexts(result(row)));
      assertThat(token.openid()).isEqualTo("OID");
      checkToken(table, token);
    } catch (CorruptTokenException e) {
      FaultsTest.assertNoCanary(e);
    }
    TokenRows.Row scanned = rows.readRow(result(row));
    try {
      checkToken(table, rows.token(rows.key(scanned), scanned.texts()));
    } catch (CorruptTokenException corrupt) {
      assertThat(corrupt.openid()).matches("[A-Za-z0-9_:?-]{1,129}");
      if (!corrupt.openid().contains("CANARY")) {
        FaultsTest.assertNoCanary(corrupt);
      }
    }
  }

  private static void checkToken(TokenTable table, OAuthToken token) throws SQLException {
    assertThat(token.expiresIn()).isNotNegative();
    assertThat(token.createAt()).isNotNegative();
    try {
      table.check(token);
    } catch (IllegalArgumentException e) {
      // The values read need not fit: SQLite's columns hold more than their declared length.
      FaultsTest.assertNoCanary(e);
      return;
    }
    TokenRows rows = new TokenRows(table);
    assertThat(rows.token(token.openid(), rows.readTexts(result(written(table, token)))))
        .isEqualTo(token);
  }

  private static ResultSet result(List<@Nullable String> row) {
    return proxy(
        ResultSet.class,
        (proxy, method, arguments) -> {
          int index = (Integer) arguments[0] - 1;
          // Behind the columns: the position of the row, and whether it has a long value.
          return index < row.size()
              ? row.get(index)
              : index == row.size() ? "text" : (Object) false;
        });
  }

  /** Returns what a store binds to its INSERT, in order. */
  private static List<@Nullable String> written(TokenTable table, OAuthToken token) {
    List<@Nullable String> bound = new ArrayList<>();
    String insert = new TokenSql(table, new SqliteDialect(), "token").insert;
    try (Handle handle = JdbiSettings.on(FailingConnections.from(() -> collecting(bound))).open()) {
      table.bind(handle.createUpdate(insert), token).execute();
    }
    return bound;
  }

  private static Connection collecting(List<@Nullable String> bound) {
    PreparedStatement statement =
        proxy(
            PreparedStatement.class,
            (proxy, method, arguments) -> {
              if (method.getName().matches("set(String|Long|Null)")) {
                assertThat(arguments[0]).isEqualTo(bound.size() + 1);
                bound.add(method.getName().equals("setNull") ? null : arguments[1].toString());
              }
              return nothing(method);
            });
    return proxy(
        Connection.class,
        (proxy, method, arguments) ->
            method.getName().equals("prepareStatement") ? statement : nothing(method));
  }

  private static @Nullable Object nothing(Method method) {
    return method.getReturnType() == boolean.class
        ? (Object) true
        : method.getReturnType() == int.class ? (Object) 0 : null;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            HostileInputFuzzTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @FuzzTest(maxDuration = "90s")
  void aUrlIsReadOrRefused(byte[] input) throws SQLException {
    String url = new String(input, UTF_8);
    if (url.startsWith("jdbc:sqlite:")) {
      checkFile(url);
    } else if (Scheme.of(url).isPresent()) {
      checkServer(url, Scheme.of(url).orElseThrow());
    }
  }

  /** A URL that is not refused gets TLS, or leads to this machine, and the driver agrees. */
  private static void checkServer(String url, Scheme scheme) throws SQLException {
    Map<String, String> parameters;
    JdbcUrl parsed;
    try {
      parsed = JdbcUrl.parse(url, scheme);
      parameters = TlsUrlTest.judged(url, TlsUrlTest.NONE);
    } catch (IllegalArgumentException e) {
      FaultsTest.assertNoCanary(e);
      assertThat(e).hasNoCause();
      return;
    }
    boolean here =
        parameters.containsKey("localSocket")
            || parsed.servers().stream()
                .allMatch(server -> StoreOptions.isLoopback(server.getHostString()));
    TlsSetting tls = requireNonNull(scheme.tls);
    String named = parameters.get(tls.option());
    TlsMode mode = named == null ? TlsMode.PREFERRED : tls.mode(named);
    assertThat(here || !mode.mayBePlaintext()).isTrue();
    if (named != null) {
      assertThat(readByDriver(parsed, parameters, scheme)).isIn(null, mode);
    }
  }

  /** Returns the mode that the driver reads; null if it refuses the URL. */
  private static @Nullable TlsMode readByDriver(
      JdbcUrl url, Map<String, String> parameters, Scheme scheme) {
    Properties properties = new Properties();
    properties.putAll(parameters);
    try {
      return Stream.of(scheme.load().getPropertyInfo(url.address(), properties))
          .filter(property -> property.name.equals(requireNonNull(scheme.tls).option()))
          .map(property -> mode(property.value, requireNonNull(scheme.tls)))
          .findFirst()
          .orElse(null);
    } catch (SQLException | RuntimeException e) {
      return null;
    }
  }

  /** Returns the mode of a name, also of the names in the code of MariaDB's driver. */
  private static TlsMode mode(String name, TlsSetting tls) {
    return name.equals("VERIFY_FULL") ? TlsMode.VERIFY_IDENTITY : tls.mode(name);
  }

  private static void checkFile(String url) {
    try {
      Path file = Pool.sqliteFile(url);
      assertThat(file).isAbsolute();
      // The file is shown where it is not found, what follows it is not.
      if (!url.split("\\?", 2)[0].contains("CANARY")) {
        assertThat(file.toString()).doesNotContain("CANARY");
      }
    } catch (IllegalArgumentException e) {
      FaultsTest.assertNoCanary(e);
    }
  }
}
