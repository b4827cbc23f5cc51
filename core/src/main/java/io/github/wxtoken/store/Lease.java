package io.github.wxtoken.store;

import java.time.Duration;

/**
 * An exclusive right, for a limited time, to do something that the cluster should do once.
 *
 * <p>A lease saves work; it does not fence. A holder that stalls past its lease must find its write
 * refused, which is what {@link TokenStore#replaceToken} is for.
 */
public interface Lease extends AutoCloseable {

  /**
   * Returns the remaining time, counted from before the request for the lease was sent.
   *
   * @return the time left; zero once the lease has expired or is closed, never negative
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
   * Releases the lease if this caller still holds it, and does nothing if it has expired or another
   * caller holds it. A second call does nothing. An unreachable store is not an error here: the
   * lease expires by itself.
   */
  @Override
  void close();

  /**
   * Returns a lease for a store that cannot lease, such as two functions. Everybody gets one.
   *
   * @param atMost how long it lasts, from now on
   * @return a lease that expires, and excludes nobody
   */
  static Lease unchecked(Duration atMost) {
    return new UncheckedLease(atMost);
  }
}
