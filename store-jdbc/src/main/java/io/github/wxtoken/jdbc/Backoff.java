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
     * Nobody accepted, or the connection was closed at once. That costs the server nothing, so the
     * pause is short.
     */
    REFUSED,
    /** The server answered with an error. The pause grows to two seconds. */
    ANSWERED,
    /**
     * Something accepted and then was silent, until we gave up. MySQL counts that as a connect
     * error once it goes on, and refuses the host after 100 of them, so attempts take longer each
     * time. An attempt that is still waiting when the server goes on succeeds at once.
     */
    GIVEN_UP
  }

  Backoff(Duration timeout) {
    this.firstAttempt =
        Math.min(MAX_ATTEMPT_MILLIS, Math.max(LEAST_ATTEMPT_MILLIS, timeout.toMillis()));
    this.attempt = firstAttempt;
  }

  /** Returns how long the next attempt may wait for the server's greeting. */
  long attemptMillis() {
    return attempt;
  }

  /** Returns how long to wait before the next attempt. */
  long pauseMillis() {
    return pause;
  }

  void succeeded() {
    attempt = firstAttempt;
    answered = SHORT_MILLIS;
  }

  void failed(Kind kind, Duration took) {
    switch (kind) {
      case REFUSED -> pause = jittered(SHORT_MILLIS);
      case ANSWERED -> {
        pause = jittered(answered);
        answered = Math.min(MAX_ANSWERED_MILLIS, answered * 2);
      }
      case GIVEN_UP -> {
        // Where the driver, by the URL's own options, gives up sooner, the rest is waited here.
        pause = Math.max(SHORT_MILLIS, attempt - took.toMillis());
        attempt = jittered(Math.min(MAX_ATTEMPT_MILLIS, attempt * 2));
      }
    }
  }

  /** Up to a fifth more, so that pools that failed together do not try together. */
  private static long jittered(long millis) {
    return millis + ThreadLocalRandom.current().nextLong(millis / 5 + 1);
  }
}
