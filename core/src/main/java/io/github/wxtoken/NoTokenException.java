package io.github.wxtoken;

/** Nothing is stored for this openid; wechat-oauth calls it {@code NoOAuthTokenError}. */
public final class NoTokenException extends ReauthorizationRequiredException {

  NoTokenException(String openid) {
    super("No token for " + openid + ", please authorize first.", null);
  }
}
