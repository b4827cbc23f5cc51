package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.LoginContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins on a replica set. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
class ReplicaSetLoginTest extends LoginContract {
  @RegisterExtension static final TestServer server = Servers.REPLICA_SET;

  static boolean leases() {
    return Servers.isReal(server.url());
  }

  @Override
  protected String storeUrl() {
    return Servers.database(server, "login")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
