package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.Tally.Counts;
import io.github.wxtoken.faults.Tally.Row;
import io.github.wxtoken.faults.Tally.Server;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestServerTableTest {
  private static final Row MYSQL =
      new Row(
          "jdbc",
          "a.MySqlTest",
          new Server("MySQL 9.7.4", "Testcontainers"),
          new Counts(240, 0, 0));
  private static final Row MEMORY =
      new Row("kit", "a.MemoryTest", Server.NONE, new Counts(9, 1, 17));
  private static final Row MARIADB =
      new Row(
          "jdbc", "a.MariaDbTest", new Server("MariaDB 11.4.5", "embedded"), new Counts(240, 0, 0));

  @TempDir Path directory;

  @Test
  void theTableIsAligned() {
    assertThat(TestServerTable.format(List.of(MYSQL, MEMORY)).lines())
        .containsExactly(
            "module  suite       ran against  by              passed  failed  skipped",
            "jdbc    MySqlTest   MySQL 9.7.4  Testcontainers     240       0        0",
            "kit     MemoryTest  no server                         9       1       17");
  }

  @Test
  void anEmbeddedServerIsRefused() {
    assertThatNoException()
        .isThrownBy(() -> TestServerTable.refuseEmbedded(List.of(MYSQL, MEMORY)));
    assertThatThrownBy(() -> TestServerTable.refuseEmbedded(List.of(MYSQL, MARIADB)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a.MariaDbTest");
  }

  @Test
  void beforeTheFirstRunThereAreNoRows() throws Exception {
    assertThat(TestServerTable.read(directory.resolve("none"))).isEmpty();
  }
}
