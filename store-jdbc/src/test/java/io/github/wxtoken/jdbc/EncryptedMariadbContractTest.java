package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, on MariaDB. */
@Tag("long") // In each build, the view runs on MySQL and SQLite.
class EncryptedMariadbContractTest extends EncryptedContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  EncryptedMariadbContractTest() {
    super(Databases.MARIADB);
  }
}
