package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** The commands on files. */
class FileCommandsTest extends CommandsContract {
  private int stores;

  @Override
  String freshUrl() {
    Path store = directory.resolve("store-" + stores++);
    assertThat(store.toFile().mkdir()).isTrue();
    return "file:" + store;
  }
}
