package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LoginContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Logins on one SQLite file. */
class SqliteLoginTest extends LoginContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl() {
    return "jdbc:sqlite:"
        + directory.resolve("tokens.db")
        + "?wxtoken.createSchema=true&wxtoken.timeout=10000";
  }
}
