package io.github.wxtoken.mongo;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of a collection. */
@Tag("long")
class ScopedContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  ScopedContractTest() {
    super(SERVER);
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
