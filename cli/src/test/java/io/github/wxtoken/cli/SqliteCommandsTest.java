package io.github.wxtoken.cli;

/** The commands on SQLite. */
class SqliteCommandsTest extends CommandsContract {
  private int stores;

  @Override
  String freshUrl() {
    return Stores.sqlite(directory.resolve("store-" + stores++ + ".db"));
  }
}
