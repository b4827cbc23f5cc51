package io.github.wxtoken;

import io.github.wxtoken.CallbackResult.Reason;

/**
 * A callback's state is not one that this browser session was sent to WeChat with: it is missing,
 * forged, cut, another session's, too old, or was used with another code. Do not sign the user in
 * with its code. If the session is signed in already, this may be the browser's second callback;
 * otherwise start a new sign-in.
 */
public final class InvalidStateException extends WeChatOAuthException {
  /** Why the state is not trusted. */
  private final Reason reason;

  /**
   * Makes the exception, with a message that says what the reason means.
   *
   * @param reason {@link Reason#VISITOR_MISSING}, {@link Reason#CODE_REFUSED}, or one whose name
   *     begins with {@code STATE}
   * @throws IllegalArgumentException if it is another reason
   */
  public InvalidStateException(Reason reason) {
    super("This state must not be trusted: " + rule(reason), null);
    this.reason = reason;
  }

  /**
   * Returns why the state is not trusted.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  private static String rule(Reason reason) {
    return switch (reason) {
      case VISITOR_MISSING -> "the browser sent no visitor with it";
      case STATE_MISSING -> "it is missing";
      case STATE_ALTERED -> "it is not one of ours, or it was cut or altered";
      case STATE_OF_ANOTHER_VISITOR -> "it was not made for this visitor, or it was altered";
      case STATE_EXPIRED -> "it is more than 10 minutes old, or clocks differ by 5";
      case STATE_USED -> "it was used with another code, or a callback with this one has not ended";
      case CODE_REFUSED -> "the code that came with it has half a surrogate pair";
      case OUTCOME_UNKNOWN, NOT_SAVED ->
          throw new IllegalArgumentException("the reason " + reason + " is not about a state");
    };
  }
}
