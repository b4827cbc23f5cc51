package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ServerFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

class SqliteCanaryTest extends SqlCanaryContract {
  @TempDir static Path directory;

  /** While one is open, the file of the WAL stays. */
  private final List<Connection> open = new ArrayList<>();

  @Override
  protected String storeUrl(String name, String password) throws SQLException {
    Connection connection = Servers.connect(adminUrl(name));
    open.add(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("CREATE TABLE another(id int)");
    }
    return adminUrl(name) + "?wxtoken.createSchema=true";
  }

  @AfterAll
  void close() throws SQLException {
    for (Connection connection : open) {
      connection.close();
    }
  }

  @Override
  String adminUrl(String name) {
    return "jdbc:sqlite:" + directory.resolve(name + ".db");
  }

  @Override
  String failure() {
    return "BEGIN SELECT RAISE(ABORT, NEW.access_token); END";
  }

  @Override
  protected ServerFiles files() throws SQLException {
    for (Connection connection : open) {
      try (Statement statement = connection.createStatement()) {
        // To the file, which the WAL outlives.
        statement.execute("PRAGMA wal_checkpoint(FULL)");
      }
    }
    return ServerFiles.of(directory);
  }

  @Override
  protected Set<String> filesWithTokens() {
    return Set.of(".*\\.db", ".*\\.db-wal");
  }
}
