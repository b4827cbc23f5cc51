package io.github.wxtoken.testkit.example;

import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreProvider;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code example:NAME}. */
public final class ExampleTokenStoreProvider implements TokenStoreProvider {
  private static final Map<String, ExampleTokenStore.Server> SERVERS = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public ExampleTokenStoreProvider() {}

  @Override
  public boolean accepts(String url) {
    return url.startsWith("example:");
  }

  @Override
  public Set<String> options() {
    return Set.of(); // names without "wxtoken."; TokenStores.open refuses others
  }

  @Override
  public TokenStore open(String url, StoreOptions options) {
    return new ExampleTokenStore(
        SERVERS.computeIfAbsent(url, name -> new ExampleTokenStore.Server()));
  }
}
