package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract guards each clause of the SQL for PostgreSQL, on a table of texts. */
@Tag("long")
class PostgresqlReadmeStatementTest extends StatementContract<String> {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  private static final Rewriter<String> SQL = new Rewriter<>();

  PostgresqlReadmeStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Databases.POSTGRESQL).onReadmeTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(Databases.POSTGRESQL, false, SQL);
    }
  }
}
