package io.github.wxtoken;

import java.time.Duration;

/**
 * When a token is refreshed, and how long anyone waits for it. Immutable.
 *
 * <p>The times are one consistent set: a lease must outlast the call to WeChat and the store
 * operations before and after it, and a caller must be able to outwait a peer's lease and then do
 * the work itself. {@link WeChatOAuth.Builder#build()} checks them.
 *
 * @param refreshAhead how long before its end a token counts as expired; at most half of its life
 *     is used up so
 * @param storeTimeout the longest that one operation of the store takes
 * @param lease how long one process may take for a refresh before another one tries
 * @param deadline the longest that a caller waits for a token
 */
public record RefreshPolicy(
    Duration refreshAhead, Duration storeTimeout, Duration lease, Duration deadline) {

  private static final Duration STORE = Duration.ofSeconds(3);
  private static final Duration SLACK = Duration.ofSeconds(1);

  /** No store grants a longer lease. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * Checks each time by itself.
   *
   * @param refreshAhead zero or more
   * @param storeTimeout more than zero and at most a day, as the other two
   * @param lease likewise
   * @param deadline likewise
   * @throws IllegalArgumentException if one is not
   */
  public RefreshPolicy {
    if (refreshAhead == null || refreshAhead.isNegative()) {
      throw new IllegalArgumentException("refreshAhead must not be null or negative");
    }
    requirePositive("storeTimeout", storeTimeout);
    requirePositive("lease", lease);
    requirePositive("deadline", deadline);
  }

  /**
   * Refreshes 60 seconds ahead, with the times that fit an HTTP timeout of 5 seconds: store 3 s,
   * lease 15 s, deadline 30 s.
   *
   * @return the default
   */
  public static RefreshPolicy defaults() {
    return fitting(Duration.ofSeconds(5));
  }

  /**
   * Refreshes only expired tokens, as wechat-oauth does.
   *
   * @return the default without refreshing ahead
   */
  public static RefreshPolicy exact() {
    return defaults().withRefreshAhead(Duration.ZERO);
  }

  /**
   * Returns this with another {@link #refreshAhead()}.
   *
   * @param refreshAhead the time, zero or more
   * @return a policy
   */
  public RefreshPolicy withRefreshAhead(Duration refreshAhead) {
    return new RefreshPolicy(refreshAhead, storeTimeout, lease, deadline);
  }

  /** Returns the default for an HTTP timeout. */
  static RefreshPolicy fitting(Duration http) {
    Duration lease = work(http, STORE).plus(SLACK);
    return new RefreshPolicy(Duration.ofSeconds(60), STORE, lease, lease.plus(lease));
  }

  /** Refuses times that do not fit together, before anything is built with them. */
  void requireFits(Duration http) {
    Duration work = work(http, storeTimeout);
    if (lease.compareTo(work) < 0) {
      throw new IllegalArgumentException(
          "refreshPolicy: lease must be at least httpTimeout + 3 × storeTimeout = " + work);
    }
    Duration wait = lease.plus(work).plus(SLACK);
    if (deadline.compareTo(wait) < 0) {
      throw new IllegalArgumentException(
          "refreshPolicy: deadline must be at least lease + httpTimeout + 3 × storeTimeout + 1 s = "
              + wait);
    }
  }

  /**
   * Returns the longest time that a refresh takes from the request for its lease on: the store
   * grants the lease, reads the record again and saves the new one.
   */
  private static Duration work(Duration http, Duration store) {
    return http.plus(store.multipliedBy(3));
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration == null
        || duration.isNegative()
        || duration.isZero()
        || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " must be more than zero and at most a day");
    }
  }
}
