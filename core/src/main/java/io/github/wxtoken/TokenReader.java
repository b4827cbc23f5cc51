package io.github.wxtoken;

import java.util.Optional;

/**
 * The reading hook of wechat-oauth's multi-process constructor: finds the token of a user.
 *
 * <p>Implementations must be safe for use by many threads.
 */
@FunctionalInterface
public interface TokenReader {

  /**
   * Returns the token last saved under this openid, also when its access token has expired: it
   * carries the refresh token.
   *
   * @param openid the user's openid
   * @return the token; empty (or null, which is read as empty) if none was ever saved
   * @throws Exception if the store cannot answer; "cannot answer" is never empty
   */
  Optional<OAuthToken> getToken(String openid) throws Exception;
}
