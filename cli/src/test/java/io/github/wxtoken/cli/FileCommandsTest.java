package io.github.wxtoken.cli;

/** The commands on files. */
class FileCommandsTest extends CommandsContract {
  private int stores;

  @Override
  String freshUrl() {
    return "file:" + directory.resolve("store-" + stores++);
  }
}
