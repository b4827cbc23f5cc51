package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A store that leaves everything to another one, apart from what a test gets wrong. */
class ForwardingStore implements TokenStore {
  private final TokenStore store;

  ForwardingStore(TokenStore store) {
    this.store = store;
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
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return store.tryLease(name, atMost);
  }

  @Override
  public void close() {
    store.close();
  }
}
