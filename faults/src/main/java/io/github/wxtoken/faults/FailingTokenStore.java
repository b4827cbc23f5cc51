package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A test double whose operations fail on request. Does not close the store. */
final class FailingTokenStore implements TokenStore {
  private final TokenStore store;
  private final Failure failure;

  /** The operations that fail, for all handles on a store. */
  static final class Failure {
    volatile boolean ofEverything;
    volatile boolean ofSaves;
  }

  FailingTokenStore(TokenStore store, Failure failure) {
    this.store = store;
    this.failure = failure;
  }

  private void reach() {
    failIf(failure.ofEverything);
  }

  private void save() {
    failIf(failure.ofEverything || failure.ofSaves);
  }

  private static void failIf(boolean fails) {
    if (fails) {
      throw new TokenStoreException("the test wants the store to fail", null);
    }
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    reach();
    return store.getToken(openid);
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    save();
    store.saveToken(openid, token);
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    save();
    return store.saveTokenIfAbsent(openid, token);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    save();
    return store.replaceToken(openid, expected, token);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    reach();
    return store.tryLease(name, atMost);
  }

  @Override
  public boolean deleteToken(String openid) {
    reach();
    return store.deleteToken(openid);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    reach();
    return store.tokens(corrupt);
  }

  @Override
  public void close() {}
}
