package io.github.wxtoken.wxjava;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class WxJavaSqliteClusterTest extends WxJavaClusterContract {
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  WxJavaSqliteClusterTest() {}

  @Override
  String storeUrl() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }
}
