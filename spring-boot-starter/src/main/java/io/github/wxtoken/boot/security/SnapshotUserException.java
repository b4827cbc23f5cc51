package io.github.wxtoken.boot.security;

/** WeChat shows a snapshot of the page to a user whom it made up. */
public final class SnapshotUserException extends WeChatAuthenticationException {
  SnapshotUserException(String app) {
    super(
        app,
        "nobody is signed in to the app "
            + app
            + ": WeChat shows the page to a snapshot user. Show a page without a session; WeChat"
            + " shows the button for the full page",
        null);
  }

  @Override
  public String code() {
    return "snapshot";
  }
}
