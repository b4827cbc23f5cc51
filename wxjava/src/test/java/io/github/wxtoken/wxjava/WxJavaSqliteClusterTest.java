package io.github.wxtoken.wxjava;

import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class WxJavaSqliteClusterTest extends WxJavaClusterContract {
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  WxJavaSqliteClusterTest() {}

  @Override
  String storeUrl() {
    String url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
    return url;
  }
}
