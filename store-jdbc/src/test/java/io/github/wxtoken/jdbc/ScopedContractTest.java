package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.TokenStoreContract;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of a table on MySQL. */
@Tag("long")
class ScopedContractTest extends TokenStoreContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static String url = "";

  @BeforeAll
  static void makeDatabase() throws Exception {
    url = Servers.database(SERVER, "scoped");
    TokenStores.open(url + "&wxtoken.createSchema=true").close();
  }

  @BeforeEach
  void emptyTheTables() throws Exception {
    Servers.execute(url, "DELETE FROM token", "DELETE FROM token_lease");
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(url + "&wxtoken.poolSize=3&wxtoken.timeout=20000");
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.scoped(store);
  }

  @Override
  protected int longestOpenid() {
    return 128 - Views.SCOPE.length();
  }

  @Override
  protected int longestLeaseName() {
    return 200 - Views.SCOPE.length();
  }
}
