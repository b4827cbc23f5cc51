package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract guards each clause of the SQL for MariaDB, on a table of ours. */
@Tag("faults")
@Tag("long") // In each build, the suite runs on MySQL, by the same statements.
class MariadbStatementTest extends StatementContract<String> {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  private static final Rewriter<String> SQL = new Rewriter<>();

  MariadbStatementTest() {
    super(Rewritten.class, SQL);
  }

  @Override
  protected List<StatementMutant<String>> mutants() {
    StatementMutants all = new StatementMutants(Databases.MARIADB);
    List<StatementMutant<String>> mutants = new ArrayList<>(all.onOurTable());
    mutants.addAll(all.whereChangedRowsCount());
    return mutants;
  }

  static class Rewritten extends RewrittenContract {
    Rewritten() {
      super(Databases.MARIADB, true, SQL);
    }

    @Override
    String makeDatabase() throws Exception {
      return super.makeDatabase() + "&useAffectedRows=true";
    }
  }
}
