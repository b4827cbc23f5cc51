package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/** The token store could not answer. Nobody is logged out by this; trying later may help. */
public class TokenStoreException extends WeChatOAuthException {

  /**
   * Says what the store could not do.
   *
   * @param message what, without tokens and without the store's URL
   * @param cause the driver's exception, if its text is free of tokens
   */
  public TokenStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
