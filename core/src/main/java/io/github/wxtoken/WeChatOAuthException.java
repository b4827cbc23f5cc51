package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * The root of what goes wrong here. No message holds a token, a session key, a secret or a URL that
 * carries one.
 *
 * <p>Callers that waited for the same call to WeChat get the same exception object, so it takes no
 * suppressed exceptions, and its stack trace is that of the thread that made the call.
 */
public class WeChatOAuthException extends RuntimeException {

  /**
   * Says what went wrong.
   *
   * @param message what, without secrets
   * @param cause why, if another exception says more
   */
  public WeChatOAuthException(String message, @Nullable Throwable cause) {
    super(message, cause, false, true);
  }
}
