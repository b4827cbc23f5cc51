package io.github.wxtoken.testkit;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

/** The contract on the encrypting view of files that were plaintext, while they are migrated. */
class EncryptedFileTokenStoreContractTest extends FileTokenStoreContractTest {
  private final AesGcmTokenCipher cipher =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();

  @Override
  protected TokenStore open() {
    return TokenStores.encrypted(super.open(), cipher);
  }
}
