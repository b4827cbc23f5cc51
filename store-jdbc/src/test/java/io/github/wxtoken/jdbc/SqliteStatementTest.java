package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract guards each clause of the SQL for SQLite, on a table of ours. */
@Tag("faults")
class SqliteStatementTest extends StatementContract<String> {
  private static final Rewriter<String> SQL = new Rewriter<>();

  @TempDir static Path directory;

  SqliteStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    return new StatementMutants(Dialect.SQLITE).onOurTable();
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(true, SQL);
    }

    @Override
    String makeDatabase() {
      return "jdbc:sqlite:" + directory.resolve("tokens.db");
    }
  }
}
