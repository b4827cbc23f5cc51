package io.github.wxtoken.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The app's own access token in a cluster of JVMs, kept in files. */
@Tag("long")
class FileAppTokenTest extends AppTokenContract {
  @TempDir Path directory;

  @Override
  protected String storeUrl() throws Exception {
    return "file:" + Files.createTempDirectory(directory, "tokens");
  }
}
