package io.github.wxtoken.testkit;

import io.github.wxtoken.CorruptTokenException;
import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreProvider;
import io.github.wxtoken.TokenStores;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A mutant that has processes of its own: its commit does not compare. */
final class BlindTokenStore implements TokenStore {
  /** Before the URL of the store that it is otherwise. */
  static final String SCHEME = "blind:";

  private final TokenStore store;

  BlindTokenStore(TokenStore store) {
    this.store = store;
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    store.saveToken(openid, token);
    return true;
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return store.getToken(openid);
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    store.saveToken(openid, token);
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return store.saveTokenIfAbsent(openid, token);
  }

  @Override
  public boolean deleteToken(String openid) {
    return store.deleteToken(openid);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return store.tokens(corrupt);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return store.tryLease(name, atMost);
  }

  @Override
  public void close() {
    store.close();
  }

  /** Opens it by URL, in any process that has the tests on its class path. */
  public static final class Provider implements TokenStoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public boolean accepts(String url) {
      return url.startsWith(SCHEME);
    }

    @Override
    public Set<String> options() {
      return Set.of();
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      return new BlindTokenStore(TokenStores.open(url.substring(SCHEME.length())));
    }
  }
}
