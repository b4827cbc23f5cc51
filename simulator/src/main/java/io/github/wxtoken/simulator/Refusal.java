package io.github.wxtoken.simulator;

/** WeChat's no: an errcode and its errmsg without suffix (docs/wechat-protocol.md#error-codes). */
final class Refusal extends RuntimeException {
  static final int OK = 0;

  private final int errcode;

  Refusal(int errcode) {
    this(errcode, textOf(errcode));
  }

  Refusal(int errcode, String errmsg) {
    super(errmsg, null, false, false);
    this.errcode = errcode;
  }

  int errcode() {
    return errcode;
  }

  String errmsg() {
    return String.valueOf(getMessage());
  }

  static String textOf(int errcode) {
    return switch (errcode) {
      case -1 -> "system error";
      case OK -> "ok";
      case 40001 -> "invalid credential, access_token is invalid or not latest";
      case 40002 -> "invalid grant_type";
      case 40003 -> "invalid openid";
      case 40013 -> "invalid appid";
      case 40014 -> "invalid access_token";
      case 40029 -> "invalid code";
      case 40030 -> "invalid refresh_token";
      case 40097 -> "invalid args";
      case 40125 -> "invalid appsecret";
      case 40163 -> "code been used";
      case 40226 -> "code blocked";
      case 41001 -> "access_token missing";
      case 41002 -> "appid missing";
      case 41003 -> "refresh_token missing";
      case 41004 -> "appsecret missing";
      case 41008 -> "missing code";
      case 41009 -> "missing openid";
      case 42001 -> "access_token expired";
      case 42002 -> "refresh_token expired";
      case 42003 -> "code expired";
      case 42007 -> "access_token and refresh_token are dead, user changed password";
      case 43001 -> "require GET method";
      case 43002 -> "require POST method";
      case 43003 -> "require https";
      case 45009 -> "reach max api daily quota limit";
      case 45011 -> "api minute-quota reach limit mustslower retry next minute";
      case 48001 -> "api unauthorized";
      case 50002 -> "user limited";
      case 87009 -> "invalid signature";
      default -> "error " + errcode;
    };
  }
}
