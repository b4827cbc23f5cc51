package io.github.wxtoken.jdbc;

/** The contract on SQLite, on a table of ours. */
class SqliteContractTest extends JdbcContract {
  SqliteContractTest() {
    super(Databases.SQLITE, true);
  }
}
