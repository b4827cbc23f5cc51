package io.github.wxtoken.store;

import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.WeChatOAuth;

/**
 * A stored record cannot be read. It names the key and the rule that is broken, never the content.
 *
 * <p>The record stays as it is, for a look at it, until the user signs in again: a new sign-in
 * replaces the record. So when {@link WeChatOAuth#getValidToken} or {@link WeChatOAuth#getUser}
 * throws this, redirect the user as on a {@link ReauthorizationRequiredException}.
 */
public final class CorruptTokenException extends TokenStoreException {
  /** The key of the record. */
  private final String openid;

  /** The rule that the record breaks. */
  private final String rule;

  /**
   * Names the record.
   *
   * @param openid the key of the record
   * @param rule what is wrong with it, without its content
   */
  public CorruptTokenException(String openid, String rule) {
    super("The stored token of " + printable(openid) + " cannot be read: " + rule, null);
    this.openid = openid;
    this.rule = rule;
  }

  /**
   * Returns the key of the record.
   *
   * @return the openid
   */
  public String openid() {
    return openid;
  }

  /** Returns the same of the key that a view shows. */
  CorruptTokenException under(String key) {
    return new CorruptTokenException(key, rule);
  }
}
