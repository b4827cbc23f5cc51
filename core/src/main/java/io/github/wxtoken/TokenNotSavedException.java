package io.github.wxtoken;

import io.github.wxtoken.store.TokenStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Signals that WeChat granted a token and the store did not save it. A code is single-use, so the
 * exception carries the token: an application may use it, or save it later.
 */
public final class TokenNotSavedException extends TokenStoreException {
  private final transient OAuthToken token;

  /**
   * Makes the exception.
   *
   * @param why why the store did not take the token, without tokens
   * @param token what WeChat granted
   * @param cause what the store failed with, if its text is free of tokens, or null
   */
  public TokenNotSavedException(String why, OAuthToken token, @Nullable Throwable cause) {
    super("WeChat granted a token for " + token.openid() + " that is not saved: " + why, cause);
    this.token = token;
  }

  /**
   * Returns what WeChat granted.
   *
   * @return the token, which no store holds
   */
  public OAuthToken token() {
    return token;
  }
}
