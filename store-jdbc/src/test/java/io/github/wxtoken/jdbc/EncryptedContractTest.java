package io.github.wxtoken.jdbc;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the encrypting view of a table of ours, while it is migrated, on SQLite. */
class EncryptedContractTest extends JdbcContract {
  @TempDir static Path directory;

  private final AesGcmTokenCipher cipher =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();
  private final List<TokenStore> opened = new ArrayList<>();

  EncryptedContractTest() {
    super(true);
  }

  @Override
  String makeDatabase() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }

  @Override
  protected TokenStore open() throws Exception {
    TokenStore store = super.open();
    opened.add(store);
    return TokenStores.encrypted(store, cipher);
  }

  @AfterEach
  void closeTheStores() {
    opened.forEach(TokenStore::close);
  }

  /** Of 732 characters the cipher makes the column's 1,024. */
  @Override
  protected int longestToken() {
    return 732;
  }
}
