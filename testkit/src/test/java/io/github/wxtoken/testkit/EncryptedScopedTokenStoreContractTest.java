package io.github.wxtoken.testkit;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

/** The contract on the encrypting view above one app's part of a store. */
class EncryptedScopedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  private final AesGcmTokenCipher cipher = AesGcmTokenCipher.builder("key1", new byte[32]).build();

  @Override
  protected TokenStore open() {
    return TokenStores.encrypted(super.open(), cipher);
  }
}
