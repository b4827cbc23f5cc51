package io.github.wxtoken.redis;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.CallbackContract;
import io.github.wxtoken.testkit.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks on a Redis server. */
class RedisCallbackTest extends CallbackContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected TokenStore open() {
    return TokenStores.open(Servers.withPrefix(SERVER.url(), "callback:"));
  }
}
