package io.github.wxtoken.boot.security;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;

/**
 * Nobody is signed in by a callback of WeChat. No message holds a code, a state or a token, and
 * none is meant for the visitor.
 */
public abstract class WeChatAuthenticationException extends AuthenticationException {
  /** Names the app. */
  private final String app;

  WeChatAuthenticationException(String app, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.app = app;
  }

  /**
   * Returns the name of the app that the visitor was to sign in to.
   *
   * @return the name in the path of the callback
   */
  public String app() {
    return app;
  }

  /**
   * Returns a word for the kind of this failure, fit for a URL.
   *
   * @return {@code denied}, {@code snapshot} or {@code failed}
   */
  public abstract String code();
}
