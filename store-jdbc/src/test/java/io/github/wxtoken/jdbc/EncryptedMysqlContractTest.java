package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the encrypting view, on MySQL. */
class EncryptedMysqlContractTest extends EncryptedContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  EncryptedMysqlContractTest() {
    super(Databases.MYSQL);
  }
}
