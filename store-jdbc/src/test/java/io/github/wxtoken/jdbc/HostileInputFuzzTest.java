package io.github.wxtoken.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.StoreOptions;
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
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
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
      Database.Session session = new Database.Session(connection, 3);
      for (String name : List.of("readme", "ours")) {
        TABLES.add(
            new TokenTable(
                Table.read(session, Dialect.SQLITE, name, "table"),
                Dialect.SQLITE,
                Table.quote(name)));
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
    try {
      OAuthToken token = table.read(result(row), "OID");
      assertThat(token.openid()).isEqualTo("OID");
      checkToken(table, token);
    } catch (CorruptTokenException e) {
      FaultsTest.assertNoCanary(e);
    }
    TokenTable.Row scanned = table.readRow(result(row));
    CorruptTokenException corrupt = scanned.corrupt();
    if (corrupt == null) {
      checkToken(table, Objects.requireNonNull(scanned.token()));
    } else {
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
    List<@Nullable String> written = new ArrayList<>();
    table.bindRow(statement(written), token);
    assertThat(table.read(result(written), token.openid())).isEqualTo(token);
  }

  private static ResultSet result(List<@Nullable String> row) {
    return (ResultSet)
        Proxy.newProxyInstance(
            HostileInputFuzzTest.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (proxy, method, arguments) -> {
              int index = (Integer) arguments[0] - 1;
              // Behind the columns: which value is too long, and where the row stands.
              return index < row.size() ? row.get(index) : index == row.size() ? null : "text";
            });
  }

  /** Collects what is bound, in order. */
  private static PreparedStatement statement(List<@Nullable String> bound) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            HostileInputFuzzTest.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              assertThat(arguments[0]).isEqualTo(bound.size() + 1);
              bound.add(method.getName().equals("setNull") ? null : arguments[1].toString());
              return null;
            });
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
    String named = parameters.get(TlsMode.OPTION);
    TlsMode mode = named == null ? TlsMode.PREFERRED : TlsMode.of(named);
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
          .filter(property -> property.name.equals(TlsMode.OPTION))
          .map(property -> mode(property.value))
          .findFirst()
          .orElse(null);
    } catch (SQLException | RuntimeException e) {
      return null;
    }
  }

  /** Returns the mode of a name, also of the names in the code of MariaDB's driver. */
  private static TlsMode mode(String name) {
    return name.equals("VERIFY_FULL") ? TlsMode.VERIFY_IDENTITY : TlsMode.of(name);
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
