package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MariaDB, on a table of ours. */
@Tag("faults")
class MariadbContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  MariadbContractTest() {
    super(Databases.MARIADB, true);
  }
}
