package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on PostgreSQL, on a table like that of wechat-oauth's README. */
@Tag("faults")
@Tag("long") // The suite runs on MySQL and SQLite in each build.
class PostgresqlReadmeContractTest extends JdbcContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  PostgresqlReadmeContractTest() {
    super(Databases.POSTGRESQL, false);
  }
}
