package io.github.wxtoken;

import java.time.Instant;

/**
 * An app's own access token (接口调用凭据), for {@code /cgi-bin/*} and {@code /wxa/*}. It is not the
 * token of a user: docs/wechat-protocol.md#user-token-and-app-token.
 *
 * @param value the token, a secret
 * @param expiresAt when it expires, if WeChat does not refuse it before
 */
public record AppAccessToken(String value, Instant expiresAt) {

  /**
   * Checks the value.
   *
   * @param value the token, not blank
   * @param expiresAt when it expires
   * @throws IllegalArgumentException if the value is blank or the time null
   */
  public AppAccessToken {
    Arguments.requireText("value", value);
    Arguments.requireGiven("expiresAt", expiresAt);
  }

  /** Makes the view of a record. */
  static AppAccessToken of(OAuthToken record) {
    return new AppAccessToken(String.valueOf(record.accessToken()), record.expiresAt());
  }

  /** Shows the expiry, not the value. */
  @Override
  public String toString() {
    return "AppAccessToken[expiresAt=" + expiresAt + "]";
  }
}
