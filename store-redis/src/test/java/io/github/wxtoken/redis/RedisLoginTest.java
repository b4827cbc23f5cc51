package io.github.wxtoken.redis;

import io.github.wxtoken.faults.LoginContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins on a Redis server. */
class RedisLoginTest extends LoginContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected String storeUrl() {
    return Servers.withPrefix(SERVER.url(), "login:");
  }
}
