package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What WeChat refused or failed to do, remembered per grant in this process, so that callers fail
 * fast and WeChat gets at most one call per user and step. Thread-safe.
 *
 * <p>Times are the client's clock's. The number of grants is bounded: of more, the oldest are
 * forgotten.
 */
final class Failures {
  private static final int AT_MOST = 10_000;
  private static final Duration FIRST_STEP = Duration.ofSeconds(1);
  private static final Duration LAST_STEP = Duration.ofSeconds(60);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Grant, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Grant, Failure> eldest) {
          return size() > AT_MOST;
        }
      };
  private @Nullable Failure limit;

  private record Failure(WeChatOAuthException exception, Duration step, Instant until) {}

  Failures(Clock clock) {
    this.clock = clock;
  }

  /** Throws the limit that all refreshing waits for. */
  void checkLimit() {
    lock.lock();
    try {
      throwIfCurrent(limit);
    } finally {
      lock.unlock();
    }
  }

  /** Throws what is remembered for this grant, or the limit that all refreshing waits for. */
  void check(OAuthToken grant) {
    lock.lock();
    try {
      throwIfCurrent(limit);
      throwIfCurrent(failures.get(new Grant(grant)));
    } finally {
      lock.unlock();
    }
  }

  private void throwIfCurrent(@Nullable Failure failure) {
    Instant now = clock.instant();
    // What is further off than its step was remembered before the clock was set back.
    if (failure != null
        && now.isBefore(failure.until())
        && !now.plus(failure.step()).isBefore(failure.until())) {
      throw failure.exception();
    }
  }

  /** Remembers why this grant could not be refreshed. */
  void remember(OAuthToken grant, WeChatOAuthException exception) {
    Instant now = clock.instant();
    if (exception instanceof WeChatApiException refusal && rememberLimit(refusal)) {
      return;
    }
    lock.lock();
    try {
      Grant key = new Grant(grant);
      // Taken out first: the order is that of the last failure, not of the first.
      Failure last = failures.remove(key);
      Duration step = isTransient(exception) ? nextStep(last) : LAST_STEP;
      failures.put(key, new Failure(exception, step, now.plus(step)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Pauses all refreshing until the next minute, if that is what WeChat asks for.
   *
   * @return whether it is
   */
  boolean rememberLimit(WeChatApiException refusal) {
    if (!isLimit(refusal)) {
      return false;
    }
    Instant now = clock.instant();
    Instant nextMinute = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    lock.lock();
    try {
      limit = new Failure(refusal, LAST_STEP, nextMinute);
    } finally {
      lock.unlock();
    }
    return true;
  }

  /** Forgets a grant that was refreshed after all. */
  void forget(OAuthToken grant) {
    lock.lock();
    try {
      failures.remove(new Grant(grant));
    } finally {
      lock.unlock();
    }
  }

  /** What a failed refresh is told as: the classes by which it is remembered. */
  static RefreshOutcome outcome(WeChatOAuthException exception) {
    if (exception instanceof ReauthorizationRequiredException) {
      return RefreshOutcome.REAUTHORIZATION_REQUIRED;
    }
    if (exception instanceof WeChatApiException refusal && isLimit(refusal)) {
      return RefreshOutcome.LIMITED;
    }
    return isTransient(exception) ? RefreshOutcome.FAILED : RefreshOutcome.REFUSED;
  }

  private static Duration nextStep(@Nullable Failure last) {
    if (last == null) {
      return FIRST_STEP;
    }
    Duration doubled = last.step().multipliedBy(2);
    return doubled.compareTo(LAST_STEP) < 0 ? doubled : LAST_STEP;
  }

  private static boolean isTransient(WeChatOAuthException exception) {
    return exception instanceof WeChatTransportException
        || (exception instanceof WeChatApiException refusal && refusal.errcode() == -1);
  }

  private static boolean isLimit(WeChatApiException refusal) {
    return refusal.errcode() == 45009 || refusal.errcode() == 45011;
  }
}
