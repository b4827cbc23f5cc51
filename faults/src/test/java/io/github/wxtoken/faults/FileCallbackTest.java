package io.github.wxtoken.faults;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
class FileCallbackTest extends CallbackContract {
  @TempDir static java.nio.file.Path directory;

  @Override
  protected TokenStore open() {
    return TokenStores.open("file:" + directory);
  }
}
