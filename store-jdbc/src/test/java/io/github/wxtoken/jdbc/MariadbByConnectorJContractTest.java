package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MariaDB with the driver of MySQL, on a table of ours. */
@Tag("long")
class MariadbByConnectorJContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  MariadbByConnectorJContractTest() {
    super(Databases.MARIADB, true);
  }

  @Override
  String makeDatabase() throws Exception {
    return super.makeDatabase().replace("jdbc:mariadb:", "jdbc:mysql:");
  }
}
