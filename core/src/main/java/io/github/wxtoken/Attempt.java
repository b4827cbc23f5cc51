package io.github.wxtoken;

import java.util.Optional;

/** The result of steps 4 to 7, one attempt under a lease. */
sealed interface Attempt {

  /** Returns what all callers get; empty to go on with step 3. */
  default Optional<OAuthToken> outcome() {
    return Optional.empty();
  }

  /** There is a usable record. */
  record Done(OAuthToken token) implements Attempt {
    @Override
    public Optional<OAuthToken> outcome() {
      return Optional.of(token);
    }
  }

  /**
   * Another process changed the record meanwhile, and what it wrote is not usable.
   *
   * @param failure what the callers get if it happens too often
   */
  record Conflict(WeChatOAuthException failure) implements Attempt {}

  /** Too little of the lease was left to ask WeChat under it. */
  record LeaseTooShort() implements Attempt {}
}
