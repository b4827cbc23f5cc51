package io.github.wxtoken.boot.security;

/** The visitor did not agree to sign in. */
public final class SignInDeniedException extends WeChatAuthenticationException {
  SignInDeniedException(String app) {
    super(
        app,
        "nobody is signed in to the app "
            + app
            + ": the visitor did not agree. Show a page with a link to sign in",
        null);
  }

  @Override
  public String code() {
    return "denied";
  }
}
