package io.github.wxtoken;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One app's part of a store: keys and lease names carry the appid inside, and not outside. */
final class ScopedTokenStore implements TokenStore {
  private final TokenStore store;
  private final String prefix;
  private volatile boolean closed;

  ScopedTokenStore(TokenStore store, String appid) {
    if (store == null) {
      throw new IllegalArgumentException("store must not be null");
    }
    // No colon: "a" with key "b:c" and "a:b" with key "c" would be one record.
    if (appid == null || !appid.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("appid must be 1 to 64 characters of [A-Za-z0-9_-]");
    }
    this.store = store;
    this.prefix = appid + ":";
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return naming(openid, () -> open().getToken(inner(openid)).map(this::outer));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    open().saveToken(inner(openid), inner(openid, token));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return open().saveTokenIfAbsent(inner(openid), inner(openid, token));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return naming(
        openid,
        () -> open().replaceToken(inner(openid), inner(openid, expected), inner(openid, token)));
  }

  @Override
  public boolean deleteToken(String openid) {
    return open().deleteToken(inner(openid));
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return open()
        .tokens(report -> reportOwn(report, corrupt))
        .filter(token -> token.openid().startsWith(prefix))
        .map(this::outer);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    return open().tryLease(prefix + name, atMost);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void reportOwn(CorruptTokenException report, Consumer<CorruptTokenException> corrupt) {
    if (report.openid().startsWith(prefix)) {
      corrupt.accept(report.under(report.openid().substring(prefix.length())));
    }
  }

  /** Returns the key in the store that is below all scopes. */
  String key(String openid) {
    return store instanceof ScopedTokenStore outer ? outer.key(prefix + openid) : prefix + openid;
  }

  private TokenStore open() {
    if (closed) {
      throw new TokenStoreException("this view of the store is closed", null);
    }
    return store;
  }

  /** An error names the key as the caller knows it. */
  private static <T> T naming(String openid, Supplier<T> operation) {
    try {
      return operation.get();
    } catch (CorruptTokenException e) {
      throw e.under(openid);
    }
  }

  private String inner(String openid) {
    return prefix + TokenStores.requireOpenid(openid);
  }

  private OAuthToken inner(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    return token.toBuilder().openid(inner(openid)).build();
  }

  private OAuthToken outer(OAuthToken token) {
    return token.toBuilder().openid(token.openid().substring(prefix.length())).build();
  }
}
