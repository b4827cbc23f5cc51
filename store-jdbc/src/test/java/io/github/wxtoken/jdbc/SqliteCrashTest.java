package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.CrashContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that die and stop, with tokens in one SQLite file. */
@Tag("long") // Files, MySQL, Redis and MongoDB show it in each run of the faults.
class SqliteCrashTest extends CrashContract {
  @TempDir Path directory;

  @Override
  protected String storeUrl() throws Exception {
    Path file = Files.createTempDirectory(directory, "tokens").resolve("tokens.db");
    return "jdbc:sqlite:" + file + "?wxtoken.createSchema=true&wxtoken.timeout=10000";
  }
}
