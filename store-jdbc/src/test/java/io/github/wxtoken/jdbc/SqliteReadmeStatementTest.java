package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract guards each clause of the SQL for SQLite, on the table of wechat-oauth's README. */
@Tag("faults")
class SqliteReadmeStatementTest extends StatementContract<String> {
  private static final Rewriter<String> SQL = new Rewriter<>();

  @TempDir static Path directory;

  SqliteReadmeStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Dialect.SQLITE).onReadmeTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(false, SQL);
    }

    @Override
    String makeDatabase() throws Exception {
      String url = "jdbc:sqlite:" + directory.resolve("tokens.db");
      Servers.execute(url, Servers.SQLITE_README_TABLE);
      return url;
    }
  }
}
