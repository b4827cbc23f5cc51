package io.github.wxtoken;

/**
 * WeChat answered with an error code that says neither "authorize again" nor "try later": a wrong
 * appid or secret, a missing permission, a limit, or a code unknown to us.
 */
public final class WeChatApiException extends WeChatOAuthException {
  /** The errcode of the answer. */
  private final int errcode;

  /** The errmsg of the answer. */
  private final String errmsg;

  /**
   * Makes the exception of an answer.
   *
   * @param errcode the {@code errcode} of the answer, not 0
   * @param errmsg the {@code errmsg} of the answer, without secrets; empty if it had none
   */
  public WeChatApiException(int errcode, String errmsg) {
    super("WeChat says " + errcode + ": " + errmsg, null);
    this.errcode = errcode;
    this.errmsg = errmsg;
  }

  /**
   * Returns WeChat's error code.
   *
   * @return the {@code errcode} of the answer, never 0
   */
  public int errcode() {
    return errcode;
  }

  /**
   * Returns WeChat's text, which is not stable: it ends in a trace id.
   *
   * @return the {@code errmsg} of the answer, empty if it had none
   */
  public String errmsg() {
    return errmsg;
  }
}
