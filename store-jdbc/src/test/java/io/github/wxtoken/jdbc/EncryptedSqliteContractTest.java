package io.github.wxtoken.jdbc;

import org.junit.jupiter.api.Tag;

/** The contract on the encrypting view, on SQLite. */
@Tag("long")
class EncryptedSqliteContractTest extends EncryptedContract {
  EncryptedSqliteContractTest() {
    super(Databases.SQLITE);
  }
}
