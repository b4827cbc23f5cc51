package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.VirtualThreadsContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** More threads than connections, on SQLite. */
class SqliteVirtualThreadsTest extends VirtualThreadsContract {
  @TempDir static Path directory;

  @Override
  protected TokenStore open() {
    return TokenStores.open(
        "jdbc:sqlite:" + directory.resolve("tokens.db") + "?wxtoken.createSchema=true");
  }
}
