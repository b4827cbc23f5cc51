package io.github.wxtoken.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.Logger;
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
  private static final Driver MYSQL = driver("jdbc:mysql:");
  private static final Driver MARIADB = driver("jdbc:mariadb:");
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
  void aUrlIsReadOrRefused(byte[] input) {
    String url = new String(input, UTF_8);
    if (url.startsWith("jdbc:sqlite:")) {
      checkFile(url);
    } else if (Pool.accepts(url) && isClosed(url)) {
      checkTls(url);
      Driver driver = url.startsWith("jdbc:mysql:") ? MYSQL : MARIADB;
      MysqlOrSqliteSource source =
          new MysqlOrSqliteSource(
              () -> new OnlyReads(driver).connect(url, new Properties()),
              Dialect.MYSQL,
              Duration.ofSeconds(1));
      assertThatExceptionOfType(SqlFailure.class)
          .isThrownBy(source::getConnection)
          .satisfies(
              e -> {
                FaultsTest.assertNoCanary(e);
                assertThat(e.describe()).doesNotContain("CANARY");
              });
    }
  }

  /** A URL that is not refused leads to verified servers, or to this machine. */
  private static void checkTls(String url) {
    try {
      assertThat(TlsUrlTest.judged(url, new Properties(), TlsUrlTest.NONE).servers())
          .allMatch(server -> server.mode() == Tls.Mode.VERIFIED || !server.isElsewhere());
    } catch (IllegalArgumentException e) {
      FaultsTest.assertNoCanary(e);
      assertThat(e).hasNoCause();
    }
  }

  private static Driver driver(String scheme) {
    return DriverManager.drivers()
        .filter(driver -> accepts(driver, scheme + "//localhost/db"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean accepts(Driver driver, String url) {
    try {
      return driver.acceptsURL(url);
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean isClosed(String url) {
    try {
      Pool.requireClosedAddresses(url);
      return true;
    } catch (IllegalArgumentException e) {
      FaultsTest.assertNoCanary(e);
      return false;
    }
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

  /** Reads a URL as the driver does, and then fails with its text in place of connecting. */
  private record OnlyReads(Driver driver) implements Driver {
    @Override
    public Connection connect(String url, Properties info) throws SQLException {
      driver.acceptsURL(url);
      throw new SQLException(Arrays.toString(driver.getPropertyInfo(url, info)) + url);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
      return driver.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
      return driver.getPropertyInfo(url, info);
    }

    @Override
    public int getMajorVersion() {
      return driver.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
      return driver.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
      return false;
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }
  }
}
