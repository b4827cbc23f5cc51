package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The contract guards each clause of the SQL for SQLite, on the table of wechat-oauth's README. */
@Tag("long")
class SqliteReadmeStatementTest extends StatementContract<String> {
  private static final Rewriter<String> SQL = new Rewriter<>();

  SqliteReadmeStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Databases.SQLITE).onReadmeTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(Databases.SQLITE, false, SQL);
    }
  }
}
