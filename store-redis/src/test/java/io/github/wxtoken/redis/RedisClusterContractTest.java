package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a Redis cluster of three masters. */
class RedisClusterContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.CLUSTER;

  RedisClusterContractTest() {
    super(SERVER);
  }
}
