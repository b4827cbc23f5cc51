package io.github.wxtoken.jdbc;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract on the encrypting view of a table of ours, while it is migrated from plaintext. */
abstract class EncryptedContract extends JdbcContract {
  private final AesGcmTokenCipher cipher =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();
  private final List<TokenStore> opened = new ArrayList<>();

  EncryptedContract() {
    super(true);
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
