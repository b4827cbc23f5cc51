package io.github.wxtoken.redis;

import io.github.wxtoken.faults.AppTokenContract;
import io.github.wxtoken.faults.TestServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The app's own access token in a cluster of JVMs, kept in Redis. */
class RedisAppTokenTest extends AppTokenContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  protected String storeUrl() {
    String prefix = "app_token" + COUNT.incrementAndGet() + ":";
    Servers.clear(SERVER.url(), prefix);
    return Servers.withPrefix(SERVER.url(), prefix);
  }

  /** A minute, mostly of waiting for leases to expire; the SQL stores do it in each build. */
  @Override
  @Test
  @Tag("long")
  protected void aProcessThatIsKilledAtAnyPointOfARefreshHoldsNobodyUp() throws Exception {
    super.aProcessThatIsKilledAtAnyPointOfARefreshHoldsNobodyUp();
  }
}
