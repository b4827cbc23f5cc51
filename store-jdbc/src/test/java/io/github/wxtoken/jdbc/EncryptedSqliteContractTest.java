package io.github.wxtoken.jdbc;

/** The contract on the encrypting view, on SQLite. */
class EncryptedSqliteContractTest extends EncryptedContract {
  EncryptedSqliteContractTest() {
    super(Databases.SQLITE);
  }
}
