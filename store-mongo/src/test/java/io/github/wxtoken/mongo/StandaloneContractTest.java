package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a single server. */
class StandaloneContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  StandaloneContractTest() {
    super(SERVER);
  }
}
