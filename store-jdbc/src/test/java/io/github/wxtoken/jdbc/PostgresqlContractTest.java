package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on PostgreSQL, on a table of ours. */
class PostgresqlContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  PostgresqlContractTest() {
    super(Databases.POSTGRESQL, true);
  }
}
