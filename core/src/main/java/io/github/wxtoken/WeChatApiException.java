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

  /** Names the app, and says what to do where that is known. */
  WeChatApiException(String appid, int errcode, String errmsg) {
    super(
        "WeChat says "
            + errcode
            + ": "
            + errmsg
            + " (app "
            + Printable.line(appid)
            + ")"
            + remedy(errcode),
        null);
    this.errcode = errcode;
    this.errmsg = errmsg;
  }

  private static String remedy(int errcode) {
    return switch (errcode) {
      case -1 -> ". WeChat is busy. Try again later";
      case 40013 -> ". Check the appid: WeChat knows none like it for this API";
      case 40001, 40125 ->
          ". Check the secret: it is not this app's, or was reset in WeChat's console";
      case 40164 ->
          ". Add the IP address of this server to the app's IP allowlist (IP白名单) in WeChat's console";
      case 45009 -> ". The app's quota is used up. Raise it in WeChat's console, or wait";
      case 45011 -> ". Calls come too fast. Try again in the next minute";
      case 48001 ->
          ". The app has no right to this API. Verify the account (认证) in WeChat's console";
      default -> "";
    };
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
