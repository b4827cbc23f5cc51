package io.github.wxtoken.jdbc;

/** A table of leases that an operator renames, on SQLite. */
class SqliteLeaseLossTest extends JdbcLeaseLossContract {
  SqliteLeaseLossTest() {
    super(Databases.SQLITE);
  }
}
