package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LoginContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins on PostgreSQL. */
class PostgresqlLoginTest extends LoginContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("Login")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
