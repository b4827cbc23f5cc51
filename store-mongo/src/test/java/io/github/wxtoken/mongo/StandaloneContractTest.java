package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a single server. */
@Tag("faults")
class StandaloneContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  StandaloneContractTest() {
    super(SERVER);
  }
}
