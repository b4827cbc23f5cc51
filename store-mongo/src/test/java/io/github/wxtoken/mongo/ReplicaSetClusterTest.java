package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on a replica set. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
class ReplicaSetClusterTest extends ClusterContract {
  @RegisterExtension static final TestServer server = Servers.REPLICA_SET;

  static boolean leases() {
    return Servers.isReal(server.url());
  }

  @Override
  protected String storeUrl() {
    return Servers.database(server, "cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }

  /**
   * A minute on the server that the tests have; SQL and Redis show it in each run of the faults.
   */
  @Override
  @Test
  @Tag("long")
  protected void twoHundredExpiredTokensAreRefreshedOnceEach() {
    super.twoHundredExpiredTokensAreRefreshedOnceEach();
  }
}
