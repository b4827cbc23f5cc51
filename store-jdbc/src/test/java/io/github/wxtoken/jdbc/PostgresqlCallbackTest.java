package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.CallbackContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks on PostgreSQL. */
@Tag("faults")
class PostgresqlCallbackTest extends CallbackContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  private @Nullable String url;

  @Override
  protected TokenStore open() throws SQLException {
    if (url == null) {
      url = Databases.POSTGRESQL.create("callback") + "&wxtoken.createSchema=true";
    }
    return TokenStores.open(url + "&wxtoken.timeout=10000");
  }
}
