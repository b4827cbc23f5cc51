package io.github.wxtoken;

import java.time.Instant;

/**
 * WeChat refuses an app's stable token, and it cannot be replaced now: a forced refresh is allowed
 * once in 30 seconds and 20 times a day (docs/wechat-protocol.md#stable-token). The store counts
 * them for the cluster. WeChat was not asked for a forced refresh, or answered that its own limit
 * is reached.
 */
public final class ForcedRefreshLimitException extends WeChatOAuthException {
  /** When the next forced refresh is allowed. */
  private final Instant retryAt;

  /**
   * Makes the exception.
   *
   * @param message what WeChat refuses, and what to do; without a token
   * @param retryAt when the next forced refresh is allowed
   */
  public ForcedRefreshLimitException(String message, Instant retryAt) {
    super(message, null);
    this.retryAt = retryAt;
  }

  /**
   * Returns when the next forced refresh is allowed.
   *
   * @return a time by the client's clock
   */
  public Instant retryAt() {
    return retryAt;
  }
}
