package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a Redis cluster of three masters. */
@Tag("faults")
class RedisClusterContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.CLUSTER;

  RedisClusterContractTest() {
    super(SERVER);
  }
}
