package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import java.util.Set;

/** A mutant that has processes of its own: its commit does not compare. */
final class BlindTokenStore extends ForwardingTokenStore {
  /** Before the URL of the store that it is otherwise. */
  static final String SCHEME = "blind:";

  BlindTokenStore(TokenStore store) {
    super(store);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    saveToken(openid, token);
    return true;
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
