package io.github.wxtoken.jdbc;

import org.junit.jupiter.api.Tag;

/** The contract on SQLite, on the table of wechat-oauth's README. */
@Tag("long")
class SqliteReadmeContractTest extends JdbcContract {
  SqliteReadmeContractTest() {
    super(Databases.SQLITE, false);
  }
}
