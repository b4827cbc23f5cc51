package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * One caller's request for a usable token.
 *
 * @param key the key of the record
 * @param rejected the grant that WeChat has just rejected although it looked valid, if there is one
 * @param first what step 1 found
 * @param deadline when the caller stops waiting
 * @param refreshAhead how long before its end a token counts as expired
 * @param clock what the life of a token is measured by
 */
record TokenRequest(
    String key,
    Optional<OAuthToken> rejected,
    Optional<OAuthToken> first,
    Deadline deadline,
    Duration refreshAhead,
    Clock clock) {

  /** Returns this record if it is <em>usable</em>: valid for longer than {@link #refreshAhead}. */
  Optional<OAuthToken> usable(Optional<OAuthToken> read) {
    return read.filter(token -> token.isValid(clock.instant().plus(ahead(token))))
        .filter(token -> !isRejected(token));
  }

  /** A short life would never count as usable, so at most half of it is used. */
  private Duration ahead(OAuthToken token) {
    Duration halfLife = Duration.ofSeconds(token.expiresIn()).dividedBy(2);
    return refreshAhead.compareTo(halfLife) < 0 ? refreshAhead : halfLife;
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
