package io.github.wxtoken.cli;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands on a server: Mariadb. */
@Tag("faults")
class MariadbCommandsTest extends CommandsContract {
  @RegisterExtension static final TestServer SERVER = Stores.MARIADB;

  @Override
  String freshUrl() {
    return Stores.fresh(SERVER.url());
  }
}
