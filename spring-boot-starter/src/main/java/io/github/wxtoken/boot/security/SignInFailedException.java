package io.github.wxtoken.boot.security;

import io.github.wxtoken.WeChatOAuthException;
import org.jspecify.annotations.Nullable;

/** WeChat or the store failed, the configuration is wrong, or several attempts came to nothing. */
public final class SignInFailedException extends WeChatAuthenticationException {
  /** Whether the code is still good. */
  private final boolean mayReload;

  SignInFailedException(String app, boolean mayReload, @Nullable WeChatOAuthException cause) {
    super(
        app,
        "nobody is signed in to the app "
            + app
            + ": "
            + (cause == null ? "the code was used before" : cause.getMessage())
            + ". Show a page with a link to sign in, and look at the cause",
        cause);
    this.mayReload = mayReload;
  }

  /**
   * Tells whether a reload of the callback tries again.
   *
   * @return true if the code is still good
   */
  public boolean mayReload() {
    return mayReload;
  }

  @Override
  public String code() {
    return "failed";
  }
}
