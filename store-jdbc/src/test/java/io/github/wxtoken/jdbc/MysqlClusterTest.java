package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on MySQL. */
class MysqlClusterTest extends ClusterContract {
  @RegisterExtension static final TestServer server = Servers.MYSQL;

  @Override
  protected String storeUrl() throws SQLException {
    return Servers.database(server, "mysql_cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
