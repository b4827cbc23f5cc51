package io.github.wxtoken.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileLoginTest extends LoginContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl() {
    return "file:" + directory;
  }
}
