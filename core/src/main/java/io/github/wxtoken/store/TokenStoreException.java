package io.github.wxtoken.store;

import io.github.wxtoken.WeChatOAuthException;
import org.jspecify.annotations.Nullable;

/**
 * Signals that the token store could not answer. It signs no user out; a later retry may succeed.
 */
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
