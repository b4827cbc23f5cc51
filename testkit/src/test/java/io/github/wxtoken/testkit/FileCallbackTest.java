package io.github.wxtoken.testkit;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import org.junit.jupiter.api.io.TempDir;

class FileCallbackTest extends CallbackContract {
  @TempDir static java.nio.file.Path directory;

  @Override
  protected TokenStore open() {
    return TokenStores.open("file:" + directory);
  }
}
