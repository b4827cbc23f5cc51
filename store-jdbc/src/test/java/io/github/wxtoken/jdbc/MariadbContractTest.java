package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MariaDB with its own driver, on a table of ours. */
class MariadbContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  MariadbContractTest() {
    super(true);
  }

  @Override
  String makeDatabase() throws Exception {
    return Servers.database(SERVER, "own");
  }
}
