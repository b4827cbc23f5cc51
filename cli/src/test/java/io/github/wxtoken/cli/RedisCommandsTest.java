package io.github.wxtoken.cli;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands on a server: Redis. */
@Tag("faults")
class RedisCommandsTest extends CommandsContract {
  @RegisterExtension static final TestServer SERVER = Stores.REDIS;

  @Override
  String freshUrl() {
    return Stores.fresh(SERVER.url());
  }
}
