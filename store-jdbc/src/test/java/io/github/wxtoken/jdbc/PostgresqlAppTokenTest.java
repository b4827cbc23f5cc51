package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.AppTokenContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The app's own access token in a cluster of JVMs, kept in PostgreSQL. */
@Tag("long") // In each build, the suite runs on MySQL and Redis.
class PostgresqlAppTokenTest extends AppTokenContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("AppToken" + COUNT.incrementAndGet())
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
