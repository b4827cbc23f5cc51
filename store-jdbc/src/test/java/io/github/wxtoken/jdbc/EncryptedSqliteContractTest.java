package io.github.wxtoken.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the encrypting view, on SQLite. */
class EncryptedSqliteContractTest extends EncryptedContract {
  @TempDir static Path directory;

  @Override
  String makeDatabase() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }
}
