package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.CrashContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JVMs that die and stop, with tokens in PostgreSQL. */
@Tag("long") // The suite runs on MySQL and SQLite in each build.
class PostgresqlCrashTest extends CrashContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("Crash" + COUNT.incrementAndGet())
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
