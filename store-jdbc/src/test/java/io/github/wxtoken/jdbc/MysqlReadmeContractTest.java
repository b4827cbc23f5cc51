package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MySQL, on the table of wechat-oauth's README. */
@Tag("faults")
class MysqlReadmeContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  MysqlReadmeContractTest() {
    super(Databases.MYSQL, false);
  }
}
