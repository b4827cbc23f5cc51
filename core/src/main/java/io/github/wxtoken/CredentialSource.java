package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import java.time.Duration;
import java.util.Optional;

/**
 * One kind of credential that {@link TokenRefresher} keeps fresh. The algorithm decides when to ask
 * WeChat and who asks. The source knows how. Thread-safe.
 */
interface CredentialSource {

  /**
   * Tells whether only a user can bring the first record, by signing in. If so, a key without a
   * record is a {@link NoTokenException}. If not, the algorithm fetches the first record.
   */
  boolean needsUser();

  /**
   * Refuses a record that WeChat cannot be asked to renew. Does no I/O.
   *
   * @throws ReauthorizationRequiredException if only the user can bring the next record
   */
  void requireRenewable(OAuthToken stored);

  /**
   * Asks WeChat for the next record. Called once for an expired record in the cluster, on a thread
   * of the client's, under the lease {@code refresh:<key>}.
   *
   * @param key the key of the record
   * @param stored the latest record, or empty if there is none and the source needs no user
   * @return the complete next record: its {@link OAuthToken#openid()} is the key
   * @throws WeChatOAuthException if WeChat refuses or fails
   */
  OAuthToken fetch(String key, Optional<OAuthToken> stored);

  /**
   * Tells whether a caller that has read a valid record leaves its refresh to a thread of the
   * client's. If not, that caller refreshes it, and the others go on with the valid record.
   */
  default boolean refreshesInBackground() {
    return false;
  }

  /**
   * Returns how long before its end a record counts as expired. A short life would never count as
   * usable, so at most half of it is used.
   *
   * @param usual the time for records of the usual life
   */
  default Duration refreshAhead(OAuthToken record, Duration usual) {
    Duration halfLife = Duration.ofSeconds(record.expiresIn()).dividedBy(2);
    return usual.compareTo(halfLife) < 0 ? usual : halfLife;
  }

  /** Classifies a failure of {@link #fetch}, which decides how long it is remembered. */
  default RefreshOutcome classify(WeChatOAuthException failure) {
    return Failures.outcome(failure);
  }
}
