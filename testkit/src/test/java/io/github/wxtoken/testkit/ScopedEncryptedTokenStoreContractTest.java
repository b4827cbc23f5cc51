package io.github.wxtoken.testkit;

import io.github.wxtoken.TokenStore;

/** The contract on one app's part of the encrypting view. */
class ScopedEncryptedTokenStoreContractTest extends ScopedTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.scoped(Views.encrypted(store));
  }
}
