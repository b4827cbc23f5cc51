package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, while keys are migrated from plaintext. */
@Tag("faults")
class EncryptedContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  EncryptedContractTest() {
    super(SERVER);
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }
}
