package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * One caller's request for a usable token.
 *
 * @param key the key of the record
 * @param rejected the grant that WeChat has just rejected although it looked valid, if there is one
 * @param first what step 1 found
 * @param deadline when the caller stops waiting
 * @param refreshAhead returns how long before its end a token counts as expired
 * @param clock what the life of a token is measured by
 */
record TokenRequest(
    String key,
    Optional<OAuthToken> rejected,
    Optional<OAuthToken> first,
    Deadline deadline,
    Function<OAuthToken, Duration> refreshAhead,
    Clock clock) {

  /** Returns this record if it is <em>usable</em>: valid for longer than {@link #refreshAhead}. */
  Optional<OAuthToken> usable(Optional<OAuthToken> read) {
    return read.filter(token -> token.isValid(clock.instant().plus(refreshAhead.apply(token))))
        .filter(token -> !isRejected(token));
  }

  /**
   * Returns the token of step 1 if it is <em>valid</em>. This caller then never waits and never
   * fails.
   */
  Optional<OAuthToken> fallback() {
    return first.filter(token -> token.isValid(clock.instant()) && !isRejected(token));
  }

  /** Tells whether this is the grant that WeChat has just rejected. */
  boolean isRejected(OAuthToken token) {
    return rejected.isPresent() && token.sameGrant(rejected.get());
  }
}
