package io.github.wxtoken.redis;

import io.github.wxtoken.faults.NetworkContract;
import io.github.wxtoken.faults.TestServer;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis behind a network with faults. */
class RedisNetworkTest extends NetworkContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "network:";

  @Override
  protected InetSocketAddress server() {
    return Servers.address(SERVER.url());
  }

  @Override
  protected String storeUrl(int port) {
    Servers.clear(SERVER.url(), PREFIX);
    return "redis://127.0.0.1:" + port + "?wxtoken.prefix=" + PREFIX;
  }
}
