package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LoginContract;
import io.github.wxtoken.faults.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins on PostgreSQL. */
@Tag("long") // The suite runs on MySQL and SQLite in each build.
class PostgresqlLoginTest extends LoginContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  @Override
  protected String storeUrl() throws SQLException {
    return Databases.POSTGRESQL.create("Login")
        + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=10000";
  }
}
