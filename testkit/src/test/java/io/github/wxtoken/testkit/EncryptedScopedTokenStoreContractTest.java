package io.github.wxtoken.testkit;

import io.github.wxtoken.store.TokenStore;
import org.junit.jupiter.api.Tag;

/** The contract on the encrypting view above one app's part of a store. */
@Tag("faults")
class EncryptedScopedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(Views.scoped(store));
  }
}
