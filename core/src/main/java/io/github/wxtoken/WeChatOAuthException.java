package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * The base class of this library's exceptions. No message holds a token, a session key, a secret or
 * a URL that carries one.
 *
 * <p>Callers that waited for the same call to WeChat get the same exception object, so it takes no
 * suppressed exceptions, and its stack trace is that of the thread that made the call.
 */
public class WeChatOAuthException extends RuntimeException {

  /**
   * Makes the exception.
   *
   * @param message what, without secrets
   * @param cause why, if another exception says more
   */
  public WeChatOAuthException(String message, @Nullable Throwable cause) {
    super(message, cause, false, true);
  }

  /**
   * Makes a key or a scope fit for a message: one line, without control characters, and not long.
   *
   * @param text what another program may have written; "null" stands for null
   * @return at most 128 characters of it
   */
  protected static String printable(@Nullable String text) {
    return Printable.line(text);
  }
}
