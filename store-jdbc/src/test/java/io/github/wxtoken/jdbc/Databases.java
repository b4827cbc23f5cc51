package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The databases that the suites run on. */
final class Databases {
  static final TestDatabase MYSQL = new OnServer(Servers.MYSQL);
  static final TestDatabase MARIADB = new OnServer(Servers.MARIADB);
  static final PostgresqlDatabase POSTGRESQL = new PostgresqlDatabase();
  static final TestDatabase SQLITE = new InFile();

  private Databases() {}

  /** MySQL or MariaDB. */
  private record OnServer(TestServer server) implements TestDatabase {
    @Override
    public Dialect dialect() {
      return new MysqlDialect();
    }

    @Override
    public String create(String name) throws Exception {
      return Servers.database(server, name);
    }

    @Override
    public List<String> readmeTable() {
      return List.of(Servers.readmeTable(""), Servers.README_KEY);
    }
  }

  /** SQLite. Each database is a file in a directory of its own below {@code target}. */
  private record InFile() implements TestDatabase {
    @Override
    public Dialect dialect() {
      return new SqliteDialect();
    }

    @Override
    public String create(String name) throws IOException {
      Path target = Files.createDirectories(Path.of("target", "databases"));
      // A parameter that changes nothing: FULL is the store's default.
      return "jdbc:sqlite:"
          + Files.createTempDirectory(target, name).toAbsolutePath().resolve("tokens.db")
          + "?synchronous=FULL";
    }

    @Override
    public List<String> readmeTable() {
      return List.of(Servers.SQLITE_README_TABLE);
    }
  }
}
