package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A store as a third party writes it that leaves every default of the interface as it is. */
class BareTokenStore implements TokenStore {
  private final TokenStore store = new MemoryTokenStore();

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
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return store.replaceToken(openid, expected, token);
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
  public void close() {
    store.close();
  }
}
