package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.AppTokenContract;
import io.github.wxtoken.faults.TestServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The app's own access token in a cluster of JVMs, kept in a replica set. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
@Tag("long") // In each build, the suite runs on MySQL and Redis.
class ReplicaSetAppTokenTest extends AppTokenContract {
  @RegisterExtension static final TestServer server = Servers.REPLICA_SET;

  private static final AtomicInteger COUNT = new AtomicInteger();

  static boolean leases() {
    return Servers.isReal(server.url());
  }

  @Override
  protected String storeUrl() {
    return Servers.database(server, "app_token" + COUNT.incrementAndGet())
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }

  /** A minute, mostly of waiting for leases to expire; the SQL stores do it in each build. */
  @Override
  @Test
  @Tag("long")
  protected void aProcessThatIsKilledAtAnyPointOfARefreshHoldsNobodyUp() throws Exception {
    super.aProcessThatIsKilledAtAnyPointOfARefreshHoldsNobodyUp();
  }
}
