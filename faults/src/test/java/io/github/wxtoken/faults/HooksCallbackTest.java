package io.github.wxtoken.faults;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import org.junit.jupiter.api.Tag;

/** Callbacks of an application that keeps tokens by two functions. */
@Tag("faults")
class HooksCallbackTest extends CallbackContract {
  private final MemoryTokenStore store = new MemoryTokenStore();

  @Override
  protected TokenStore open() {
    return store;
  }

  @Override
  protected boolean byHooks() {
    return true;
  }
}
