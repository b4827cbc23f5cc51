package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a replica set, where the driver sends a broken write once again. */
class ReplicaSetContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  ReplicaSetContractTest() {
    super(SERVER);
  }
}
