package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on MariaDB. */
@Tag("faults")
@Tag("long") // MySQL's shows the same in each run of the faults.
class MariadbClusterTest extends ClusterContract {
  @RegisterExtension static final TestServer server = Servers.MARIADB;

  @Override
  protected String storeUrl() throws SQLException {
    return Servers.database(server, "mariadb_cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
