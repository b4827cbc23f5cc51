package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MySQL, on the README's table with an auto-increment key besides. */
@Tag("faults")
@Tag("long") // In each build, the contract runs on our table and on the README's.
class MysqlAutoIncrementContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  MysqlAutoIncrementContractTest() {
    super(Databases.MYSQL, false);
  }

  @Override
  String makeDatabase() throws Exception {
    String url = Servers.database(SERVER, "auto_increment");
    String id = "id bigint AUTO_INCREMENT PRIMARY KEY, ";
    Servers.execute(url, Servers.readmeTable(id), Servers.README_KEY);
    return url;
  }
}
