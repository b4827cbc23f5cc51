package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a Valkey server. */
@Tag("faults")
class ValkeyContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.VALKEY;

  ValkeyContractTest() {
    super(SERVER);
  }
}
