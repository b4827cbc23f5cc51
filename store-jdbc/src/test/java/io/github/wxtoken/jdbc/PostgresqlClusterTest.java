package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ClusterContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs on PostgreSQL. */
class PostgresqlClusterTest extends ClusterContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("Cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
