package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("long") // In each build, the view runs on MySQL and SQLite.
class EncryptedPostgresqlContractTest extends EncryptedContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  EncryptedPostgresqlContractTest() {
    super(Databases.POSTGRESQL);
  }
}
