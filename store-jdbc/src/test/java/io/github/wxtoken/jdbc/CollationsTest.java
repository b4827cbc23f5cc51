package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The store accepts exactly those collations of a server for keys that distinguish every two
 * characters.
 */
class CollationsTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private static final String KEY_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-";

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void onlyABinaryCollationIsTakenAndEachOfThemTellsAllKeysApart(String role) throws Exception {
    String url = Servers.database(role.equals("mysql") ? MYSQL : MARIADB, "collations");
    try (Connection connection = Servers.connect(url);
        Statement statement = connection.createStatement()) {
      Map<String, String> collations = collations(statement);
      Map<String, Boolean> taken = taken(url, collations);
      for (Map.Entry<String, String> collation : collations.entrySet()) {
        boolean binary = collation.getKey().endsWith("_bin");
        assertThat(taken.get(collation.getKey())).as(collation.getKey()).isEqualTo(binary);
        if (binary) {
          assertThat(folded(statement, collation)).as(collation.getKey()).isEqualTo("0");
        }
      }
      assertThat(taken.values()).hasSizeGreaterThan(200);
      assertThat(taken.values().stream().filter(is -> is)).hasSizeGreaterThan(20);
    }
  }

  /** Which character set each collation is of; MariaDB has some that are of several. */
  private static Map<String, String> collations(Statement statement) throws SQLException {
    Map<String, String> collations = new LinkedHashMap<>();
    // MariaDB's shorter name is that of several collations, one for each character set.
    boolean mariadb =
        statement.getConnection().getMetaData().getDatabaseProductVersion().contains("MariaDB");
    String name = mariadb ? "FULL_COLLATION_NAME" : "COLLATION_NAME";
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT "
                + name
                + ", CHARACTER_SET_NAME FROM"
                + " information_schema.COLLATION_CHARACTER_SET_APPLICABILITY WHERE"
                + " CHARACTER_SET_NAME <> 'binary'")) {
      while (rows.next()) {
        collations.put(rows.getString(1), rows.getString(2));
      }
    }
    return collations;
  }

  /** By what the database says of columns, 200 in a table. */
  private static Map<String, Boolean> taken(String url, Map<String, String> collations)
      throws SQLException {
    Map<String, Boolean> taken = new HashMap<>();
    List<String> names = List.copyOf(collations.keySet());
    for (int from = 0; from < names.size(); from += 200) {
      StringJoiner columns = new StringJoiner(", ", "CREATE TABLE k (", ")");
      List<String> some = names.subList(from, Math.min(names.size(), from + 200));
      for (String name : some) {
        columns.add(
            "c" + name + " varchar(5) CHARACTER SET " + collations.get(name) + " COLLATE " + name);
      }
      Servers.execute(url, "DROP TABLE IF EXISTS k", columns.toString());
      try (Handle handle = JdbiSettings.on(FailingConnections.dataSource(url)).open()) {
        Table table = new Table(handle, new MysqlDialect(), TableName.of("k"), "table");
        for (String name : some) {
          taken.put(name, Objects.requireNonNull(table.find("c" + name)).bytewise());
        }
      }
    }
    return taken;
  }

  /** Counts the pairs of characters that it takes for one. */
  private static String folded(Statement statement, Map.Entry<String, String> collation)
      throws SQLException {
    StringBuilder characters = new StringBuilder("SELECT 'A' AS c");
    KEY_CHARACTERS
        .chars()
        .skip(1)
        .forEach(c -> characters.append(" UNION ALL SELECT '").append((char) c).append("'"));
    String key = " CONVERT(%s.c USING " + collation.getValue() + ") COLLATE " + collation.getKey();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*) FROM ("
                + characters
                + ") AS x, ("
                + characters
                + ") AS y WHERE"
                + key.formatted("x")
                + " ="
                + key.formatted("y")
                + " AND HEX(x.c) <> HEX(y.c)")) {
      row.next();
      return row.getString(1);
    }
  }

  /** The issue's: a Roman tailoring that takes I for j, and others of MariaDB's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "utf8mb4_uca1400_roman_as_cs",
        "utf8mb4_uca1400_as_cs",
        "utf8mb4_uca1400_turkish_as_cs",
        "latin1_general_cs"
      })
  void aCollationThatIsNoneOfTheServersOrFoldsLettersIsRefusedAtStart(String collation)
      throws Exception {
    String url = Servers.database(MARIADB, "folds_" + collation);
    Servers.execute(url, Servers.readmeTable(""), Servers.README_KEY);
    try {
      Servers.execute(
          url,
          "ALTER TABLE token MODIFY openid varchar(50) CHARACTER SET "
              + collation.replaceFirst("_.*", "")
              + " COLLATE "
              + collation
              + " NOT NULL");
    } catch (SQLException e) {
      return; // an older server does not have it
    }
    assertThatThrownBy(() -> TokenStores.open(url + "&wxtoken.poolSize=1"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("the collation " + collation)
        .hasMessageContaining("ALTER TABLE `token` MODIFY `openid`");
  }
}
