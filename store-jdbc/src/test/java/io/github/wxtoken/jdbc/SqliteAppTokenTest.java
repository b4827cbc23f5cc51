package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.AppTokenContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The app's own access token in a cluster of JVMs, kept in one SQLite file. */
@Tag("long") // In each build, the suite runs on MySQL and Redis.
class SqliteAppTokenTest extends AppTokenContract {
  @TempDir Path directory;

  @Override
  protected String storeUrl() throws Exception {
    Path file = Files.createTempDirectory(directory, "tokens").resolve("tokens.db");
    return "jdbc:sqlite:" + file + "?wxtoken.createSchema=true&wxtoken.timeout=10000";
  }
}
