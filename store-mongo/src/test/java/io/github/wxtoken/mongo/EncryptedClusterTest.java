package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.EncryptedClusterContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs that encrypts, on a replica set. */
@Tag("long") // Files, MySQL and Redis show it in each run of the faults.
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
class EncryptedClusterTest extends EncryptedClusterContract {
  @RegisterExtension static final TestServer server = Servers.REPLICA_SET;

  static boolean leases() {
    return Servers.isReal(server.url());
  }

  @Override
  protected String storeUrl() {
    return Servers.database(server, "encrypted_cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
