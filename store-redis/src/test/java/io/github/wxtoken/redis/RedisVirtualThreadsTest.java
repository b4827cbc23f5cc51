package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.VirtualThreadsContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand threads on the one connection to Redis. */
class RedisVirtualThreadsTest extends VirtualThreadsContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected TokenStore open() {
    return TokenStores.open(SERVER.url() + "?wxtoken.prefix=threads:");
  }
}
