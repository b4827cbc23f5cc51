package io.github.wxtoken.testkit;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.MemoryTokenStore;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

/** The contract on one app's part of the encrypting view. */
class ScopedEncryptedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final AesGcmTokenCipher cipher = AesGcmTokenCipher.builder("key1", new byte[32]).build();

  @Override
  protected TokenStore open() {
    return TokenStores.scoped(TokenStores.encrypted(store, cipher), "wx0");
  }
}
