package io.github.wxtoken.testkit;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;

class MemoryTokenStoreContractTest extends TokenStoreContract {
  private final MemoryTokenStore store = new MemoryTokenStore();

  @Override
  protected TokenStore open() {
    return store;
  }
}
