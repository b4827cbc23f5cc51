package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.StoreOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reading a table of another program by Connector/J, which streams. */
@Tag("faults")
class MysqlForeignTableTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  @Test
  void allRowsAreReadAndAReaderMayStopEarly() throws Exception {
    String url = Servers.database(SERVER, "foreign");
    Servers.execute(
        url,
        "CREATE TABLE t AS WITH RECURSIVE r(n) AS"
            + " (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 999) SELECT n FROM r");

    try (ForeignTable table = ForeignTable.open(url, "t", new StoreOptions(Map.of()))) {
      try (Stream<Map<String, @Nullable Object>> rows = table.rows(List.of("n"))) {
        assertThat(rows).hasSize(1_000);
      }
      try (Stream<Map<String, @Nullable Object>> rows = table.rows(List.of("n"))) {
        assertThat(rows.findFirst()).isPresent();
      }
      assertThat(table.size()).hasValue(1_000);
    }
  }
}
