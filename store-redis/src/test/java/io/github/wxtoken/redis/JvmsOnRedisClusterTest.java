package io.github.wxtoken.redis;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on a Redis cluster. */
@Tag("faults")
@Tag("long") // JvmsOnRedisTest and RedisClusterContractTest show it together.
class JvmsOnRedisClusterTest extends ClusterContract {
  @RegisterExtension static final TestServer SERVER = Servers.CLUSTER;

  @Override
  protected String storeUrl() {
    return Servers.withPrefix(SERVER.url(), "jvms:");
  }
}
