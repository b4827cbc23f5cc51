package io.github.wxtoken.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of JVMs that encrypts, on files. */
class EncryptedFileClusterTest extends EncryptedClusterContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl() {
    return "file:" + directory;
  }
}
