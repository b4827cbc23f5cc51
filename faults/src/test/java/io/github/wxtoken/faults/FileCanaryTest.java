package io.github.wxtoken.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

class FileCanaryTest extends CanaryContract {
  @TempDir static Path directory;

  @Override
  protected String storeUrl(String name, String password) {
    return "file:" + directory.resolve(name);
  }

  @Override
  protected void refuseWrites(String name, String openid) throws Exception {
    // A directory with content in place of a record is moved aside, unless that is impossible.
    Files.createDirectories(record(name, openid).resolve("content"));
    Files.createFile(aside(name));
  }

  @Override
  protected void takeWrites(String name, String openid) throws Exception {
    Files.delete(aside(name));
    Files.delete(record(name, openid).resolve("content"));
    Files.delete(record(name, openid));
  }

  @Override
  protected void plantCorrupt(String name, String openid, String content) throws Exception {
    Files.writeString(record(name, openid), content);
  }

  @Override
  protected ServerFiles files() {
    return ServerFiles.of(directory);
  }

  @Override
  protected Set<String> filesWithTokens() {
    return Set.of(".*:access_token\\.txt");
  }

  private static Path aside(String name) {
    return directory.resolve(name).resolve(".wxtoken.aside");
  }

  private static Path record(String name, String openid) {
    return directory.resolve(name).resolve(openid + ":access_token.txt");
  }
}
