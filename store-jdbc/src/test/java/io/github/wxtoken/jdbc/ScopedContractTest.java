package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of a table on MySQL. */
class ScopedContractTest extends TokenStoreContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static String url = "";
  private final List<TokenStore> opened = new ArrayList<>();

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
    TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=3&wxtoken.timeout=20000");
    opened.add(store);
    return TokenStores.scoped(store, "wx0");
  }

  @AfterEach
  void closeTheStores() {
    opened.forEach(TokenStore::close);
  }

  @Override
  protected int longestOpenid() {
    return 128 - "wx0:".length();
  }

  @Override
  protected int longestLeaseName() {
    return 200 - "wx0:".length();
  }
}
