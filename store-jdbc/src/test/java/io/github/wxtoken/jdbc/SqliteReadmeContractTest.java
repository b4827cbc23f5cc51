package io.github.wxtoken.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite, on the table of wechat-oauth's README. */
@Tag("faults")
class SqliteReadmeContractTest extends JdbcContract {
  @TempDir static Path directory;

  SqliteReadmeContractTest() {
    super(false);
  }

  @Override
  String makeDatabase() throws Exception {
    String url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    Servers.execute(url, Servers.SQLITE_README_TABLE);
    return url;
  }
}
