package io.github.wxtoken.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.MemoryTokenStore;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

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
