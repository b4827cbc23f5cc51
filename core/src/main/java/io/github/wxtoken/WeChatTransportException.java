package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * No usable answer from WeChat within the deadline: a timeout, a broken connection, a status other
 * than 2xx, or a body that is not what the endpoint answers; also a deadline that was spent waiting
 * for another process. The message says what was waited for. Trying later may help.
 */
public class WeChatTransportException extends WeChatOAuthException {

  /**
   * Makes the exception.
   *
   * @param message what was waited for and what came instead, without secrets
   * @param cause what the HTTP client failed with, if its text is free of secrets, or null
   */
  public WeChatTransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
