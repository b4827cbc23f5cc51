package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table of leases that an operator renames, on PostgreSQL. */
class PostgresqlLeaseLossTest extends JdbcLeaseLossContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  PostgresqlLeaseLossTest() {
    super(Databases.POSTGRESQL);
  }
}
