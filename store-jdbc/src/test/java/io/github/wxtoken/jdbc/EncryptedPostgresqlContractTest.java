package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class EncryptedPostgresqlContractTest extends EncryptedContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  EncryptedPostgresqlContractTest() {
    super(Databases.POSTGRESQL);
  }
}
