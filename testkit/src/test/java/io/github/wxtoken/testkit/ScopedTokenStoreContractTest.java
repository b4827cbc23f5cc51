package io.github.wxtoken.testkit;

import io.github.wxtoken.MemoryTokenStore;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

class ScopedTokenStoreContractTest extends TokenStoreContract {
  private final MemoryTokenStore store = new MemoryTokenStore();

  @Override
  protected TokenStore open() {
    return TokenStores.scoped(store, "wx0");
  }

  @Override
  protected int longestOpenid() {
    return 128 - "wx0:".length();
  }

  @Override
  protected int longestLeaseName() {
    return 200 - "wx0:".length();
  }
}
