package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LoginContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins on MySQL. */
class MysqlLoginTest extends LoginContract {
  @RegisterExtension static final TestServer server = Servers.MYSQL;

  @Override
  protected String storeUrl() throws SQLException {
    return Servers.database(server, "mysql_login")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
