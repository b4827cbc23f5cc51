package io.github.wxtoken.redis;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, while keys are migrated from plaintext. */
class EncryptedContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private final AesGcmTokenCipher cipher =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();
  private final List<TokenStore> opened = new ArrayList<>();

  EncryptedContractTest() {
    super(SERVER);
  }

  @Override
  protected TokenStore open() {
    TokenStore store = super.open();
    opened.add(store);
    return TokenStores.encrypted(store, cipher);
  }

  @AfterEach
  void closeTheStores() {
    opened.forEach(TokenStore::close);
  }
}
