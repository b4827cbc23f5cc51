package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A store with points at which a test can wait, fail, or let another process come first. */
public final class StoreDouble implements TokenStore {
  private final TokenStore store;
  public volatile Runnable beforeGet = () -> {};
  public volatile Runnable beforeSaveIfAbsent = () -> {};
  public volatile Runnable beforeSave = () -> {};
  public volatile Runnable afterSave = () -> {};
  public volatile Runnable beforeReplace = () -> {};
  public volatile Runnable afterReplace = () -> {};

  private final Map<String, Lease> acquired = new ConcurrentHashMap<>();

  public volatile Runnable beforeLease = () -> {};
  public volatile UnaryOperator<Lease> leases = lease -> lease;
  public volatile Predicate<String> corrupt = openid -> false;

  public StoreDouble(TokenStore store) {
    this.store = store;
  }

  /** Makes every operation fail until {@link #comeBack()}. */
  public void goAway() {
    Runnable away =
        () -> {
          throw new TokenStoreException("the store is away", null);
        };
    beforeGet = away;
    beforeSaveIfAbsent = away;
    beforeReplace = away;
    beforeLease = away;
  }

  public void comeBack() {
    beforeGet = () -> {};
    beforeSaveIfAbsent = () -> {};
    beforeReplace = () -> {};
    beforeLease = () -> {};
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    beforeGet.run();
    Optional<OAuthToken> token = store.getToken(openid);
    if (corrupt.test(openid)) {
      throw new CorruptTokenException(openid, "the double says so");
    }
    return token;
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    beforeSave.run();
    store.saveToken(openid, token);
    afterSave.run();
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    beforeSaveIfAbsent.run();
    return store.saveTokenIfAbsent(openid, token);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    beforeReplace.run();
    boolean replaced = store.replaceToken(openid, expected, token);
    afterReplace.run();
    return replaced;
  }

  @Override
  public boolean deleteToken(String openid) {
    return store.deleteToken(openid);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> reports) {
    return store
        .tokens(reports)
        .filter(
            token -> {
              boolean broken = corrupt.test(token.openid());
              if (broken) {
                reports.accept(new CorruptTokenException(token.openid(), "the double says so"));
              }
              return !broken;
            });
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    beforeLease.run();
    Optional<Lease> lease = store.tryLease(name, atMost).map(leases);
    lease.ifPresent(held -> acquired.put(name, held));
    return lease;
  }

  /** Returns the leases that are held, by their names. */
  public Map<String, Lease> held() {
    acquired.values().removeIf(lease -> lease.remaining().isZero());
    return acquired;
  }

  @Override
  public void close() {
    store.close();
  }
}
