package io.github.wxtoken;

/**
 * A stored record cannot be read. It names the key and the rule that is broken, never the content.
 */
public final class CorruptTokenException extends TokenStoreException {
  /** The key of the record. */
  private final String openid;

  /** What is wrong with it. */
  private final String rule;

  /**
   * Names the record.
   *
   * @param openid the key of the record
   * @param rule what is wrong with it, without its content
   */
  public CorruptTokenException(String openid, String rule) {
    super("The stored token of " + openid + " cannot be read: " + rule, null);
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
