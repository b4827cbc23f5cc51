package io.github.wxtoken.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileClusterTest extends ClusterContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl() {
    return "file:" + directory;
  }
}
