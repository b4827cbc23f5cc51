package io.github.wxtoken.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteLeaseLossTest extends JdbcLeaseLossContract {
  @TempDir Path directory;

  @Override
  String makeDatabase() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db") + "?busy_timeout=500";
  }
}
