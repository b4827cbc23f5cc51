package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.LeaseLossContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A replica set that refuses leases as one does that has revoked the right to their collection. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
@ResourceLock("the fail point of the replica set")
class LeaseLossTest extends LeaseLossContract {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  private final FailPoint server = new FailPoint(SERVER.url());

  static boolean leases() {
    return Servers.isReal(SERVER.url());
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(
        server.url(Servers.database(SERVER, "leaseloss"))
            + "&wxtoken.createSchema=true&wxtoken.timeout=20000");
  }

  @Override
  protected void breakLeases() {
    server.failAlways("findAndModify", "errorCode: 13");
  }

  @Override
  protected void mendLeases() {
    server.close();
  }
}
