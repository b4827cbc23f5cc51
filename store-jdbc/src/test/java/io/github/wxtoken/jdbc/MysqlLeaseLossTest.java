package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table of leases that an operator renames, on MySQL. */
class MysqlLeaseLossTest extends JdbcLeaseLossContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  MysqlLeaseLossTest() {
    super(Databases.MYSQL);
  }
}
