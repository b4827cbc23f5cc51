package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the outcomes of the codes that this process exchanged, by their hashes, for 10 minutes.
 * Codes that WeChat refused have a small memory of their own, so that made-up codes neither fill
 * the memory nor push out the outcomes of sign-ins. Thread-safe.
 */
final class CodeOutcomes {
  static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_EXCHANGES = 10_000;
  private static final int MOST_REFUSALS = 1_000;

  /** WeChat's errcode for "busy", which says nothing about the code. */
  private static final int BUSY = -1;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Outcome> exchanges;
  private final Map<String, Outcome> refusals;

  private record Outcome(
      @Nullable OAuthToken token, @Nullable WeChatOAuthException failure, Instant until) {}

  CodeOutcomes(Clock clock) {
    this.clock = clock;
    this.exchanges = bounded(MOST_EXCHANGES, clock);
    this.refusals = bounded(MOST_REFUSALS, clock);
  }

  /** The maximum number of outcomes; the oldest are dropped first. */
  private static Map<String, Outcome> bounded(int atMost, Clock clock) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
        return size() > atMost || !eldest.getValue().until().isAfter(clock.instant());
      }
    };
  }

  /**
   * Returns the token that a code was exchanged for.
   *
   * @return the token, or null if nothing is known of the code
   * @throws WeChatOAuthException if its exchange failed
   */
  @Nullable OAuthToken token(String hash) {
    Outcome outcome;
    lock.lock();
    try {
      outcome = exchanges.get(hash);
      if (outcome == null) {
        outcome = refusals.get(hash);
      }
    } finally {
      lock.unlock();
    }
    if (outcome == null || !outcome.until().isAfter(clock.instant())) {
      return null;
    }
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    return outcome.token();
  }

  void remember(String hash, OAuthToken token) {
    put(exchanges, hash, new Outcome(token, null, clock.instant().plus(REMEMBERED)));
  }

  /** Remembers why a code was not exchanged, unless the code is still good. */
  void remember(String hash, WeChatOAuthException failure) {
    boolean refused = refusal(failure) != null;
    if (refused && failure instanceof WeChatApiException) {
      return; // the reason is not the code, but for example a limit or the configuration
    }
    WeChatOAuthException told =
        isUnknown(failure) ? new CodeOutcomeUnknownException(failure) : failure;
    Instant until = clock.instant().plus(REMEMBERED);
    put(refused ? refusals : exchanges, hash, new Outcome(null, told, until));
  }

  private void put(Map<String, Outcome> outcomes, String hash, Outcome outcome) {
    lock.lock();
    try {
      // Taken out first, so that there is one, and the order is that of the latest outcome.
      exchanges.remove(hash);
      refusals.remove(hash);
      outcomes.put(hash, outcome);
    } finally {
      lock.unlock();
    }
  }

  /** Tells whether this failure leaves open if WeChat consumed the code. */
  static boolean isUnknown(WeChatOAuthException e) {
    return e instanceof CodeOutcomeUnknownException
        || (e instanceof WeChatTransportException && !(e instanceof CallerGaveUpException))
        || (e instanceof WeChatApiException answer && answer.errcode() == BUSY);
  }

  /** Returns WeChat's refusal of a code, or null if its answer is not reliable. */
  static @Nullable WeChatApiException refusal(WeChatOAuthException e) {
    Throwable said = e instanceof ReauthorizationRequiredException ? e.getCause() : e;
    return said instanceof WeChatApiException refusal && refusal.errcode() != BUSY ? refusal : null;
  }
}
