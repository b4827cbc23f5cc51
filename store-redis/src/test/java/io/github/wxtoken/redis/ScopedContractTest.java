package io.github.wxtoken.redis;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on one app's part of the keys on Redis. */
class ScopedContractTest extends TokenStoreContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "scoped:";
  private final List<TokenStore> opened = new ArrayList<>();

  @BeforeEach
  void emptyTheKeys() {
    Servers.clear(SERVER.url(), PREFIX);
  }

  @Override
  protected TokenStore open() {
    TokenStore store = TokenStores.open(Servers.withPrefix(SERVER.url(), PREFIX));
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
