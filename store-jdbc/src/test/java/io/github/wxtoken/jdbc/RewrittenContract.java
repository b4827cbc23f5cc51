package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Rewriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** The contract on stores whose SQL passes through a rewriter; not a test by itself. */
abstract class RewrittenContract extends JdbcContract {
  private static final Map<String, DataSource> SOURCES = new ConcurrentHashMap<>();

  private final Rewriter<String> statements;

  RewrittenContract(TestDatabase database, boolean ours, Rewriter<String> statements) {
    super(database, ours);
    this.statements = statements;
  }

  @Override
  protected TokenStore open() {
    DataSource source =
        SOURCES.computeIfAbsent(url, any -> RewritingDataSource.to(url, statements));
    return JdbcTokenStore.builder(source)
        .createSchema(true)
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @Override
  protected Duration patience() {
    return statements.isMutating() ? Duration.ofSeconds(3) : super.patience();
  }
}
