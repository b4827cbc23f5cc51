package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, while documents are migrated from plaintext. */
@Tag("faults")
@Tag("long") // Files, MySQL and Redis show the view's part, and the plain contract the store's.
class EncryptedContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  EncryptedContractTest() {
    super(SERVER);
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }
}
