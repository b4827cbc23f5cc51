package io.github.wxtoken.mongo;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of a collection. */
class ScopedContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private final List<TokenStore> opened = new ArrayList<>();

  ScopedContractTest() {
    super(SERVER);
  }

  @Override
  protected TokenStore open() throws Exception {
    TokenStore store = super.open();
    opened.add(store);
    return TokenStores.scoped(store, "wx0");
  }

  @AfterEach
  void closeTheStores() {
    opened.forEach(TokenStore::close);
  }

  @Override
  protected void writeAsNode(String openid, String json) {
    abort("Node does not know the keys of a view");
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    abort("the suites without a view show what a broken record does");
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    plantCorrupt(openid, content);
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
