package io.github.wxtoken.redis;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on a Redis server. */
class JvmsOnRedisTest extends ClusterContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected String storeUrl() {
    return Servers.withPrefix(SERVER.url(), "jvms:");
  }
}
