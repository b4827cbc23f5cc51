package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.EncryptedClusterContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of JVMs that encrypts, on PostgreSQL. */
@Tag("long") // The suite runs on MySQL in each build.
class EncryptedPostgresqlClusterTest extends EncryptedClusterContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("encrypted_cluster")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
