package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Forwards each call to another store. A subclass overrides the methods that it changes, such as to
 * measure or to fail. As thread-safe as that store.
 *
 * <p>An encrypting view must not be laid over a subclass that is laid over a scoped view; see
 * {@link io.github.wxtoken.store.TokenStores#encrypted}.
 */
public class ForwardingTokenStore implements TokenStore {
  private final TokenStore store;

  /**
   * Forwards to a store.
   *
   * @param store the store, which {@link #close} closes
   * @throws IllegalArgumentException if it is null
   */
  public ForwardingTokenStore(TokenStore store) {
    if (store == null) {
      throw new IllegalArgumentException("store must not be null");
    }
    this.store = store;
  }

  /**
   * Returns the store that the calls are forwarded to.
   *
   * @return the store
   */
  protected final TokenStore delegate() {
    return store;
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
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    return store.saveTokensIfAbsent(tokens);
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
  public boolean deleteToken(String openid, OAuthToken expected) {
    return store.deleteToken(openid, expected);
  }

  // tokens() and users() call this method by default, so a subclass overrides this one alone.
  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return store.tokens(corrupt);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return store.tryLease(name, atMost);
  }

  @Override
  public void ping() {
    store.ping();
  }

  @Override
  public String description() {
    return store.description();
  }

  @Override
  public List<StoreFinding> diagnose() {
    return store.diagnose();
  }

  @Override
  public OptionalLong approximateSize() {
    return store.approximateSize();
  }

  @Override
  public void close() {
    store.close();
  }
}
