package io.github.wxtoken.testkit;

import io.github.wxtoken.store.TokenStore;
import org.junit.jupiter.api.Tag;

/** The contract on one app's part of the encrypting view. */
@Tag("faults")
class ScopedEncryptedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.scoped(Views.encrypted(store));
  }
}
