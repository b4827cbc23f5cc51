package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One app's part of a store: keys and lease names carry the appid inside, and not outside. */
final class ScopedTokenStore implements TokenStore {
  private final ViewedStore store;
  private final @Nullable ScopedTokenStore scopeBelow;
  private final String prefix;

  ScopedTokenStore(@Nullable TokenStore store, @Nullable String appid, boolean owned) {
    // No colon: "a" with key "b:c" and "a:b" with key "c" would be one record.
    if (appid == null || !appid.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("appid must be 1 to 64 characters of [A-Za-z0-9_-]");
    }
    this.store = new ViewedStore(store, owned);
    this.scopeBelow = store instanceof ScopedTokenStore below ? below : null;
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
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    List<OAuthToken> inside =
        TokenStores.requireTokens(tokens).stream()
            .map(token -> inner(token.openid(), token))
            .toList();
    return open().saveTokensIfAbsent(inside).stream()
        .map(key -> key.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return naming(
        openid,
        () ->
            open()
                .replaceToken(
                    inner(openid),
                    under(inner(openid), TokenStores.requireExpected(openid, expected)),
                    inner(openid, token)));
  }

  /**
   * Replaces the token with which an encrypting view asks for room, where the view has this scope
   * before its eyes and so the app in what it binds values to.
   */
  boolean replaceProbe(String openid, OAuthToken probe) {
    OAuthToken inside = under(prefix + openid, probe);
    return scopeBelow == null
        ? open().replaceToken(inside.openid(), inside, inside)
        : scopeBelow.replaceProbe(inside.openid(), inside);
  }

  @Override
  public boolean deleteToken(String openid) {
    return open().deleteToken(inner(openid));
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    return naming(
        openid,
        () ->
            open()
                .deleteToken(
                    inner(openid),
                    under(inner(openid), TokenStores.requireExpected(openid, expected))));
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return open()
        .tokens(report -> reportOwn(report, corrupt))
        .filter(token -> isOwn(token.openid()))
        .map(this::outer);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    return open().tryLease(prefix + name, atMost);
  }

  @Override
  public void ping() {
    open().ping();
  }

  @Override
  public String description() {
    return open().description() + ", under the prefix " + prefix;
  }

  @Override
  public List<StoreFinding> diagnose() {
    return open().diagnose();
  }

  /** The size of the whole store: no backend counts the keys of a prefix at no cost. */
  @Override
  public OptionalLong approximateSize() {
    return open().approximateSize();
  }

  @Override
  public void close() {
    store.close();
  }

  private void reportOwn(CorruptTokenException report, Consumer<CorruptTokenException> corrupt) {
    if (isOwn(report.openid())) {
      corrupt.accept(report.under(report.openid().substring(prefix.length())));
    }
  }

  /** The prefix alone is no key of this app, since nothing is left of it outside. */
  private boolean isOwn(String key) {
    return key.startsWith(prefix) && key.length() > prefix.length();
  }

  /** Returns the key in the store that is below all scopes. */
  String key(String openid) {
    return scopeBelow == null ? prefix + openid : scopeBelow.key(prefix + openid);
  }

  private TokenStore open() {
    return store.open();
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
    // The store between may read before it replaces.
    if (EncryptedTokenStore.isProbe(openid)) {
      throw new HiddenScopeException();
    }
    return prefix + TokenStores.requireOpenid(openid);
  }

  private OAuthToken inner(String openid, OAuthToken token) {
    return under(inner(openid), TokenStores.requireToken(openid, token));
  }

  private OAuthToken outer(OAuthToken token) {
    return under(token.openid().substring(prefix.length()), token);
  }

  private static OAuthToken under(String key, OAuthToken token) {
    return token.toBuilder().openid(key).storedForm(token.storedForm()).build();
  }

  /** An encrypting view above does not know that this scope is below, see its constructor. */
  static final class HiddenScopeException extends IllegalArgumentException {
    HiddenScopeException() {
      super(
          "a store between the encrypting view and a scoped view hides the app, to which encrypted"
              + " values are bound. Lay the encrypting view directly over the scoped one, and the"
              + " other store above both or below both");
    }
  }
}
