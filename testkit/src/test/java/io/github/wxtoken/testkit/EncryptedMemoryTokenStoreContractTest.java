package io.github.wxtoken.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;

/** The contract on the encrypting view. */
class EncryptedMemoryTokenStoreContractTest extends TokenStoreContract {
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final AesGcmTokenCipher cipher = AesGcmTokenCipher.builder("key1", new byte[32]).build();

  @Override
  protected TokenStore open() {
    return TokenStores.encrypted(store, cipher);
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    store.saveToken(openid, Tokens.token(openid).toBuilder().accessToken(content).build());
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    abort("no record in memory is too long");
  }
}
