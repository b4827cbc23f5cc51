package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MySQL, on a table of ours. */
class MysqlContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  MysqlContractTest() {
    super(Databases.MYSQL, true);
  }
}
