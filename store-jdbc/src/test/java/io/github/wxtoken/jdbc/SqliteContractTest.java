package io.github.wxtoken.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite, on a table of ours. */
class SqliteContractTest extends JdbcContract {
  @TempDir static Path directory;

  SqliteContractTest() {
    super(true);
  }

  @Override
  String makeDatabase() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }
}
