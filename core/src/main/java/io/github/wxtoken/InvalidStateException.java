package io.github.wxtoken;

/**
 * A callback's state is not one that this browser session was sent to WeChat with: it is missing,
 * forged, cut, another session's, too old, or was used with another code. Whoever called back must
 * not be signed in by its code. Where the session is signed in already, it may have been the
 * browser's second callback; else begin anew.
 */
public final class InvalidStateException extends WeChatOAuthException {

  InvalidStateException(String rule) {
    super("This state must not be trusted: " + rule, null);
  }
}
