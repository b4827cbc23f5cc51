package io.github.wxtoken.testkit;

import io.github.wxtoken.MemoryTokenStore;
import io.github.wxtoken.TokenStore;

class MemoryCallbackTest extends CallbackContract {
  private final MemoryTokenStore store = new MemoryTokenStore();

  @Override
  protected TokenStore open() {
    return store;
  }
}
