package io.github.wxtoken.redis;

import io.github.wxtoken.faults.CallbackContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks on a Redis server. */
class RedisCallbackTest extends CallbackContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected TokenStore open() {
    return TokenStores.open(Servers.withPrefix(SERVER.url(), "callback:"));
  }
}
