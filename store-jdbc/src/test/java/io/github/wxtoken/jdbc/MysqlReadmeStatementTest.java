package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract guards each clause of the SQL for MySQL, on the table of wechat-oauth's README. */
@Tag("faults")
class MysqlReadmeStatementTest extends StatementContract<String> {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final Rewriter<String> SQL = new Rewriter<>();

  MysqlReadmeStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Databases.MYSQL).onReadmeTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(Databases.MYSQL, false, SQL);
    }
  }
}
