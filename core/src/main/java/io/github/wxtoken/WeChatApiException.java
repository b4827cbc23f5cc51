package io.github.wxtoken;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * WeChat answered with an error code that does not end the user's grant: a wrong appid or secret, a
 * missing permission, a quota, a busy system, or a code unknown to us. {@link #errcode} tells them
 * apart (docs/errcodes.md).
 */
public final class WeChatApiException extends WeChatOAuthException {
  private static final Pattern CALLERS_ADDRESS =
      Pattern.compile("invalid ip ([0-9a-fA-F.:]{3,45})(?=[ ,]|$)");

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
            + remedy(errcode, errmsg),
        null);
    this.errcode = errcode;
    this.errmsg = errmsg;
  }

  private WeChatApiException(WeChatApiException refusal, String appid, String remedy) {
    super(
        "WeChat says "
            + refusal.errcode
            + ": "
            + refusal.errmsg
            + " (app "
            + Printable.line(appid)
            + ")"
            + remedy,
        null);
    this.errcode = refusal.errcode;
    this.errmsg = refusal.errmsg;
  }

  /** Says something else to do about the same refusal. */
  WeChatApiException withRemedy(String appid, String remedy) {
    return new WeChatApiException(this, appid, remedy);
  }

  private static String remedy(int errcode, String errmsg) {
    return switch (errcode) {
      case -1 -> ". WeChat is busy. Try again later";
      case 40013 ->
          ". Check the appid, and that it is of the right kind of app (official account, website,"
              + " mini program)";
      case 40001, 40125 ->
          ". Check the secret: it is not this app's, or was reset in WeChat's console";
      case 40164 ->
          ". Add "
              + callersAddress(errmsg)
              + " to the app's IP allowlist (IP白名单) in WeChat's console";
      case 45009 -> ". The app's quota is used up. Raise it in WeChat's console, or wait";
      case 45011 -> ". Calls come too fast. Try again in the next minute";
      case 48001 ->
          ". The app has no right to this API. Verify the account (认证) in WeChat's console";
      default -> "";
    };
  }

  /** Returns the address that WeChat saw (docs/wechat-protocol.md#app-token). */
  private static String callersAddress(String errmsg) {
    Matcher address = CALLERS_ADDRESS.matcher(errmsg);
    return address.find()
        ? address.group(1) + ", the address that WeChat saw,"
        : "the IP address of this server";
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
