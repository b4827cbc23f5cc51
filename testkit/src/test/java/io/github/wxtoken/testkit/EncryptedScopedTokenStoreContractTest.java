package io.github.wxtoken.testkit;

import io.github.wxtoken.TokenStore;

/** The contract on the encrypting view above one app's part of a store. */
class EncryptedScopedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(Views.scoped(store));
  }
}
