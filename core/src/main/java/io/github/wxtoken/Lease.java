package io.github.wxtoken;

import java.time.Duration;

/**
 * The right to do something that the cluster should do once, for a limited time.
 *
 * <p>A lease saves work; it does not fence. A holder that stalls past its lease must find its write
 * refused, which is what {@link TokenStore#replaceToken} is for.
 */
public interface Lease extends AutoCloseable {

  /**
   * Returns how much is left, counted from before the request for the lease was sent.
   *
   * @return the time left; zero once the lease is over or closed, never negative
   */
  Duration remaining();

  /**
   * Tells whether the store has checked that nobody else holds this lease. A store that cannot
   * lease at all, such as two functions, grants every request without a check.
   *
   * @return false if other callers may hold the same lease
   */
  default boolean isExclusive() {
    return true;
  }

  /**
   * Gives the lease back if it is still ours, and does nothing if it is over or another's. A second
   * call does nothing. A store that cannot be reached is not an error here: the lease runs out by
   * itself.
   */
  @Override
  void close();
}
