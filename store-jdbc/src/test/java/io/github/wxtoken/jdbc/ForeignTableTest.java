package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reading a table of another program. */
class ForeignTableTest {
  private static final StoreOptions NONE = new StoreOptions(Map.of());

  private static String file(String name, String... sql) throws Exception {
    String url = Databases.SQLITE.create(name);
    Servers.execute(url, sql);
    return url;
  }

  @Test
  void aFailureOnTheWayIsOneOfTheStoreAndHasNoValue() throws Exception {
    String url =
        file(
            "broken",
            "CREATE TABLE t(a text, n integer)",
            "INSERT INTO t VALUES ('CANARY', 1), ('CANARY', -9223372036854775808)",
            "CREATE VIEW v AS SELECT a, abs(n) AS n FROM t");

    try (ForeignTable table = ForeignTable.open(url, "v", NONE);
        Stream<Map<String, @Nullable Object>> rows = table.rows(List.of("a", "n"))) {
      assertThatThrownBy(() -> rows.forEach(row -> assertThat(row).containsEntry("n", 1)))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("cannot read the table v")
          .satisfies(FaultsTest::assertNoCanary);
    }
  }

  @Test
  void aReaderThatStopsEarlyLeavesTheConnectionUsable() throws Exception {
    String url =
        file("early", "CREATE TABLE t(a text)", "INSERT INTO t VALUES ('1'), ('2'), ('3')");

    try (ForeignTable table = ForeignTable.open(url, "t", NONE)) {
      for (int i = 0; i < 5; i++) {
        try (Stream<Map<String, @Nullable Object>> rows = table.rows(List.of("a"))) {
          assertThat(rows.findFirst()).isPresent();
        }
      }
      assertThat(table.size()).hasValue(3);
    }
  }

  @Test
  void connectorJIsAskedToStreamAndOtherDriversForSomeRows() {
    assertThat(new MysqlDialect().fetchSize("MySQL Connector/J")).isEqualTo(Integer.MIN_VALUE);
    assertThat(new MysqlDialect().fetchSize("MariaDB Connector/J")).isEqualTo(500);
    assertThat(new PostgresqlDialect().fetchSize("PostgreSQL JDBC Driver")).isEqualTo(500);
  }
}
