package io.github.wxtoken.jdbc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides how long an attempt to connect may take, and how long to wait after it failed. The answer
 * depends on what a further attempt costs the server.
 *
 * <p>Used by one thread at a time.
 */
final class Backoff {
  private static final long SHORT_MILLIS = 250;
  private static final long MAX_ANSWERED_MILLIS = 2_000;
  private static final long LEAST_ATTEMPT_MILLIS = 3_000;
  private static final long MAX_ATTEMPT_MILLIS = 12_000;

  private final long firstAttempt;
  private long attempt;
  private long answered = SHORT_MILLIS;
  private long pause;

  /** How an attempt failed. */
  enum Kind {
    /**
     * No server accepted the connection, or the connection was closed at once. That costs the
     * server nothing, so the pause is short.
     */
    REFUSED,
    /** The server answered with an error. The pause grows to two seconds. */
    ANSWERED,
    /**
     * The connection was accepted, but nothing was sent until we gave up. When a paused MySQL
     * continues, it counts each such attempt as a connect error, and it blocks the host after 100
     * of them. Therefore each attempt may take longer than the one before. An attempt that is still
     * waiting when the server continues succeeds at once.
     */
    GIVEN_UP
  }

  Backoff(Duration timeout) {
    this.firstAttempt =
        Math.min(MAX_ATTEMPT_MILLIS, Math.max(LEAST_ATTEMPT_MILLIS, timeout.toMillis()));
    this.attempt = firstAttempt;
  }

  /** Returns how long the next attempt may wait for the server's greeting, in milliseconds. */
  long attemptMillis() {
    return attempt;
  }

  /** Returns how long to wait before the next attempt, in milliseconds. */
  long pauseMillis() {
    return pause;
  }

  void succeeded() {
    attempt = firstAttempt;
    answered = SHORT_MILLIS;
  }

  void failed(Kind kind, Duration took) {
    switch (kind) {
      case REFUSED -> {
        pause = jittered(SHORT_MILLIS);
        // MariaDB's driver has one limit for the wait for acceptance and for the greeting, so a
        // long one would delay the recovery from a network that drops packets.
        attempt = firstAttempt;
      }
      case ANSWERED -> {
        pause = jittered(answered);
        answered = Math.min(MAX_ANSWERED_MILLIS, answered * 2);
      }
      case GIVEN_UP -> {
        // The URL's own options may make the driver give up sooner; the pause then makes up for the
        // rest.
        pause = Math.max(SHORT_MILLIS, attempt - took.toMillis());
        attempt = jittered(Math.min(MAX_ATTEMPT_MILLIS, attempt * 2));
      }
    }
  }

  /** Adds up to 20 %, so that pools that failed together do not retry together. */
  private static long jittered(long millis) {
    return millis + ThreadLocalRandom.current().nextLong(millis / 5 + 1);
  }
}
