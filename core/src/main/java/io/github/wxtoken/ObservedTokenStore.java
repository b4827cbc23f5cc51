package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.StoreOperation;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A view that notifies the listener of each operation that a client uses: its duration and its
 * failure.
 */
final class ObservedTokenStore extends ForwardingTokenStore {
  private final Events events;

  ObservedTokenStore(TokenStore store, Events events) {
    super(store);
    this.events = events;
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return timed(StoreOperation.GET_TOKEN, () -> delegate().getToken(openid));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return won(
        openid,
        timed(
            StoreOperation.SAVE_TOKEN_IF_ABSENT,
            () -> delegate().saveTokenIfAbsent(openid, token)));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return won(
        openid,
        timed(
            StoreOperation.REPLACE_TOKEN, () -> delegate().replaceToken(openid, expected, token)));
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return timed(StoreOperation.TRY_LEASE, () -> delegate().tryLease(name, atMost));
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
          delegate().saveToken(openid, token);
          return true;
        });
  }
}
