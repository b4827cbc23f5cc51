package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The contract guards each clause of the SQL for SQLite, on a table of ours. */
@Tag("long")
class SqliteStatementTest extends StatementContract<String> {
  private static final Rewriter<String> SQL = new Rewriter<>();

  SqliteStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Databases.SQLITE).onOurTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(Databases.SQLITE, true, SQL);
    }
  }
}
