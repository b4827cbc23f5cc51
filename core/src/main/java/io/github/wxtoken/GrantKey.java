package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the content of a store under a key: a grant, or no record. Two are equal if they have
 * the same key, and both have no record or the same grant. It is the key of maps and the version
 * that compare-and-set expects. It shows no secret.
 */
final class GrantKey {
  private final String key;
  private final Optional<OAuthToken> stored;

  GrantKey(String key, Optional<OAuthToken> stored) {
    this.key = key;
    this.stored = stored;
  }

  GrantKey(OAuthToken stored) {
    this(stored.openid(), Optional.of(stored));
  }

  /** Tells whether no record is expected. */
  boolean isOfNoRecord() {
    return stored.isEmpty();
  }

  /**
   * Replaces what is stored, by compare-and-set.
   *
   * @return whether the store still had this grant, or still no record
   */
  boolean replaceIn(TokenStore store, OAuthToken next) {
    return stored.isPresent()
        ? store.replaceToken(key, stored.get(), next)
        : store.saveTokenIfAbsent(key, next);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GrantKey that && key.equals(that.key) && isSameGrant(that);
  }

  private boolean isSameGrant(GrantKey that) {
    return stored.isEmpty()
        ? that.stored.isEmpty()
        : that.stored.filter(stored.get()::sameGrant).isPresent();
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, stored.map(OAuthToken::accessToken), stored.map(OAuthToken::createAt));
  }
}
