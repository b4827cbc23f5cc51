package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a write costs beside its own statement, as MySQL counts it. */
class RoundTripsTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private final OAuthToken token = Tokens.token("oA");

  @Test
  void onTheStoresOwnConnectionsAWriteIsItsStatementAlone() throws Exception {
    String url = database("roundtrips");
    try (TokenStore store = TokenStores.open(url + "&wxtoken.createSchema=true")) {
      write(store);
      long before = questionsOfTheDriver(url);

      write(store);

      assertThat(questionsOfTheDriver(url)).isEqualTo(before);
    }
  }

  @Test
  void onTheApplicationsConnectionsTheDriverMayAskBeforeEachWrite() throws Exception {
    String url = database("roundtripsofusers");
    try (TokenStore store =
        JdbcTokenStore.builder(FailingConnections.dataSource(url, connection -> connection))
            .createSchema(true)
            .build()) {
      long before = questionsOfTheDriver(url);

      write(store);

      assertThat(questionsOfTheDriver(url)).isEqualTo(before + 2);
    }
  }

  private static String database(String name) throws SQLException {
    assumeFalse(Servers.isMariadb(SERVER.url()), "MariaDB keeps no such statistics by default");
    return Servers.database(SERVER, name);
  }

  private void write(TokenStore store) {
    store.saveToken("oA", token);
    assertThat(store.replaceToken("oA", token, token)).isTrue();
  }

  /** Counts how often Connector/J asked whether a session of this database is read-only. */
  private static long questionsOfTheDriver(String url) throws SQLException {
    return Long.parseLong(
        Servers.query(
            url,
            "SELECT COALESCE(SUM(COUNT_STAR), 0)"
                + " FROM performance_schema.events_statements_summary_by_digest"
                + " WHERE SCHEMA_NAME = DATABASE()"
                + " AND DIGEST_TEXT LIKE 'SELECT @@SESSION%transaction_read_only%'"));
  }
}
