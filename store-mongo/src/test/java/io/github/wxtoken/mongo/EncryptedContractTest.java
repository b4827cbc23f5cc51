package io.github.wxtoken.mongo;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, while documents are migrated from plaintext. */
class EncryptedContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  private final AesGcmTokenCipher cipher =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();
  private final List<TokenStore> opened = new ArrayList<>();

  EncryptedContractTest() {
    super(SERVER);
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
}
