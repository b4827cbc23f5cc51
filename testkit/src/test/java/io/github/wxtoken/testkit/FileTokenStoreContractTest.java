package io.github.wxtoken.testkit;

import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

class FileTokenStoreContractTest extends TokenStoreContract {
  @TempDir(factory = InMemory.class)
  Path directory;

  @Override
  protected TokenStore open() {
    return new FileTokenStore(directory);
  }

  @Override
  protected void writeAsNode(String openid, String json) throws IOException {
    Files.writeString(directory.resolve(openid + ":access_token.txt"), json);
  }

  @Override
  protected void plantCorrupt(String openid, String content) throws IOException {
    Files.writeString(directory.resolve(openid + ":access_token.txt"), "{\"openid\":" + content);
  }

  @Override
  protected void plantTooLong(String openid, String content) throws IOException {
    String json = Tokens.token(openid).toJson();
    writeAsNode(openid, "{\"pad\":\"" + content + "\"," + json.substring(1));
  }

  /**
   * A file system in memory where there is one. On a disk that other builds keep busy the last of
   * 32 writers waits longer than the store's deadline; and of the file systems, this one lists a
   * directory most wildly while files are renamed in it.
   */
  static final class InMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext context)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "wxtoken")
          : Files.createTempDirectory("wxtoken");
    }
  }
}
