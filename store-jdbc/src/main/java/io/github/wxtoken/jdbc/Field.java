package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a token and their columns. The first six columns are wechat-oauth's, in its order.
 */
enum Field {
  ACCESS_TOKEN,
  EXPIRES_IN,
  REFRESH_TOKEN,
  OPENID,
  SCOPE,
  CREATE_AT,
  UNIONID,
  SESSION_KEY,
  EXTRA;

  /** The name of the column, and of the parameter of a statement that writes the field. */
  final String column = name().toLowerCase(Locale.ROOT);

  /** The name of the parameter for the value that a statement expects in the table. */
  final String expected = "expected." + column;

  /** Returns a String, a Long, or null. */
  @Nullable Object of(OAuthToken token) {
    return switch (this) {
      case ACCESS_TOKEN -> token.accessToken();
      case EXPIRES_IN -> token.expiresIn();
      case REFRESH_TOKEN -> token.refreshToken();
      case OPENID -> token.openid();
      case SCOPE -> token.scope();
      case CREATE_AT -> token.createAt();
      case UNIONID -> token.unionid();
      case SESSION_KEY -> token.sessionKey();
      case EXTRA -> token.extraJson();
    };
  }

  boolean isOptional() {
    return compareTo(UNIONID) >= 0;
  }
}
