package io.github.wxtoken;

/**
 * An earlier exchange of this authorization code had no usable answer: a timeout, a broken
 * connection, an HTTP status such as 502, or WeChat's errcode −1. Nobody knows whether WeChat
 * consumed the code, so it is not sent again. Redirect the user to WeChat for another code.
 */
public final class CodeOutcomeUnknownException extends ReauthorizationRequiredException {

  /**
   * Makes the exception.
   *
   * @param cause what the earlier exchange failed with
   */
  public CodeOutcomeUnknownException(WeChatOAuthException cause) {
    super(
        "nobody knows whether WeChat consumed this code, since its exchange had no usable answer: "
            + cause.getMessage()
            + ". Send the user to WeChat again",
        cause);
  }
}
