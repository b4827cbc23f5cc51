package io.github.wxtoken.testkit;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;

/** The contract on one app's part of a store. */
class ScopedTokenStoreContractTest extends TokenStoreContract {
  private final MemoryTokenStore store = new MemoryTokenStore();

  @Override
  protected TokenStore open() {
    return store;
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.scoped(store);
  }

  @Override
  protected int longestOpenid() {
    return 128 - Views.SCOPE.length();
  }

  @Override
  protected int longestLeaseName() {
    return 200 - Views.SCOPE.length();
  }
}
