package io.github.wxtoken;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A token as a key, equal to another if both are the same grant. It shows nothing of it. */
final class GrantKey {
  private final OAuthToken token;

  GrantKey(OAuthToken token) {
    this.token = token;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GrantKey that
        && token.openid().equals(that.token.openid())
        && token.sameGrant(that.token);
  }

  @Override
  public int hashCode() {
    return Objects.hash(token.openid(), token.accessToken(), token.createAt());
  }
}
