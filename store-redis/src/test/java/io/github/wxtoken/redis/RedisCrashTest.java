package io.github.wxtoken.redis;

import io.github.wxtoken.faults.CrashContract;
import io.github.wxtoken.faults.TestServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JVMs that die and stop, with tokens in Redis. */
class RedisCrashTest extends CrashContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  protected String storeUrl() {
    String prefix = "crash" + COUNT.incrementAndGet() + ":";
    Servers.clear(SERVER.url(), prefix);
    return Servers.withPrefix(SERVER.url(), prefix);
  }
}
