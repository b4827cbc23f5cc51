package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.TokenStoreContract;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of the keys on Redis. */
@Tag("long")
class ScopedContractTest extends TokenStoreContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "scoped:";

  @BeforeEach
  void emptyTheKeys() {
    Servers.clear(SERVER.url(), PREFIX);
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(Servers.withPrefix(SERVER.url(), PREFIX));
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
