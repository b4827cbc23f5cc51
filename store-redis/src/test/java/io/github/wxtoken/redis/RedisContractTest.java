package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a Redis server. */
class RedisContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  RedisContractTest() {
    super(SERVER);
  }
}
