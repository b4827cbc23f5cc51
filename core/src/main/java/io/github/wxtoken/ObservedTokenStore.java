package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.StoreOperation;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A view that notifies the listener of each operation of a client: its duration and its failure.
 */
final class ObservedTokenStore implements TokenStore {
  private final TokenStore store;
  private final Events events;

  ObservedTokenStore(TokenStore store, Events events) {
    this.store = store;
    this.events = events;
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return timed(StoreOperation.GET_TOKEN, () -> store.getToken(openid));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return won(
        openid,
        timed(StoreOperation.SAVE_TOKEN_IF_ABSENT, () -> store.saveTokenIfAbsent(openid, token)));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return won(
        openid,
        timed(StoreOperation.REPLACE_TOKEN, () -> store.replaceToken(openid, expected, token)));
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return timed(StoreOperation.TRY_LEASE, () -> store.tryLease(name, atMost));
  }

  private boolean won(String openid, boolean won) {
    if (!won) {
      events.compareAndSetLost(openid);
    }
    return won;
  }

  private <T> T timed(StoreOperation operation, Supplier<T> task) {
    long start = System.nanoTime();
    try {
      T answer = task.get();
      events.storeAnswered(operation, Events.since(start));
      return answer;
    } catch (RuntimeException e) {
      events.storeFailed(operation, Events.since(start), e.getClass());
      throw e;
    }
  }

  /** The client asks for it only to replace a record that cannot be read. */
  @Override
  public void saveToken(String openid, OAuthToken token) {
    timed(
        StoreOperation.REPLACE_TOKEN,
        () -> {
          store.saveToken(openid, token);
          return true;
        });
  }

  // The client asks for none of these.

  @Override
  public boolean deleteToken(String openid) {
    return store.deleteToken(openid);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return store.tokens(corrupt);
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
  public void close() {
    store.close();
  }
}
