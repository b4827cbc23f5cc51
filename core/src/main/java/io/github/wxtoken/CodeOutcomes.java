package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What came of the codes that this process exchanged, by their hashes, for 10 minutes. Codes that
 * WeChat refused have a small memory of their own, so that made-up codes neither fill the memory
 * nor push out the outcomes of sign-ins. Thread-safe.
 */
final class CodeOutcomes {
  static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_EXCHANGES = 10_000;
  private static final int MOST_REFUSALS = 1_000;

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

  /** Of more, the oldest are forgotten. */
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

  void remember(String hash, WeChatOAuthException failure) {
    WeChatApiException refusal = refusal(failure);
    Instant now = clock.instant();
    // A code that only came at a bad time may come again in the next minute.
    Instant until =
        refusal != null && CallQuota.isLimit(refusal)
            ? CallQuota.nextMinute(now)
            : now.plus(REMEMBERED);
    put(refusal == null ? exchanges : refusals, hash, new Outcome(null, failure, until));
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

  /** Returns WeChat's refusal of a code; null where it said nothing that can be relied upon. */
  static @Nullable WeChatApiException refusal(WeChatOAuthException e) {
    Throwable said = e instanceof ReauthorizationRequiredException ? e.getCause() : e;
    return said instanceof WeChatApiException refusal && refusal.errcode() != -1 ? refusal : null;
  }
}
