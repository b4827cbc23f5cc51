package io.github.wxtoken.redis;

import io.github.wxtoken.faults.EncryptedClusterContract;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs that encrypts, on a Redis server. */
class EncryptedJvmsTest extends EncryptedClusterContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Override
  protected String storeUrl() {
    return Servers.withPrefix(SERVER.url(), "encrypted-jvms:");
  }
}
