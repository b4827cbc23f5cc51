package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ClusterContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of JVMs on one SQLite file. */
class SqliteClusterTest extends ClusterContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl() {
    return "jdbc:sqlite:"
        + directory.resolve("tokens.db")
        + "?wxtoken.createSchema=true&wxtoken.timeout=10000";
  }
}
