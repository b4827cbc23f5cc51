package io.github.wxtoken;

/**
 * The writing hook of wechat-oauth's multi-process constructor: keeps the token of a user.
 *
 * <p>Implementations must be safe for use by many threads.
 */
@FunctionalInterface
public interface TokenWriter {

  /**
   * Inserts the token or replaces the one that is there.
   *
   * @param openid the user's openid
   * @param token the token, whose {@link OAuthToken#openid()} is {@code openid}
   * @throws Exception if it is not known to be kept
   */
  void saveToken(String openid, OAuthToken token) throws Exception;
}
