package io.github.wxtoken;

/** Nothing is stored for this openid; wechat-oauth calls it {@code NoOAuthTokenError}. */
public final class NoTokenException extends ReauthorizationRequiredException {
  /** The key that nothing is stored under. */
  private final String openid;

  /**
   * Names the user.
   *
   * @param openid the key that nothing is stored under
   */
  public NoTokenException(String openid) {
    super("No token for " + openid + ", please authorize first.", null);
    this.openid = openid;
  }

  @Override
  public String openid() {
    return openid;
  }
}
