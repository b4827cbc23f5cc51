package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers per grant, in this process, the refusals and failures of WeChat. Callers then fail
 * fast, and WeChat gets at most one call per user and back-off step. Thread-safe.
 *
 * <p>Times are those of the client's clock. The number of grants is bounded: the oldest are dropped
 * first.
 */
final class Failures {
  private static final int AT_MOST = 10_000;
  private static final Duration FIRST_STEP = Duration.ofSeconds(1);
  private static final Duration LAST_STEP = Duration.ofSeconds(60);

  private final Clock clock;
  private final Function<WeChatOAuthException, RefreshOutcome> classify;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<GrantKey, RememberedFailure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GrantKey, RememberedFailure> eldest) {
          return size() > AT_MOST;
        }
      };
  private final CallQuota quota;

  /**
   * Remembers the failures of a source.
   *
   * @param clock measures how long
   * @param classify classifies a failure: see {@link CredentialSource#classify}
   */
  Failures(Clock clock, Function<WeChatOAuthException, RefreshOutcome> classify) {
    this.clock = clock;
    this.classify = classify;
    this.quota = CallQuota.ofTheApp(clock);
  }

  /** Throws the limit that all refreshing waits for. */
  void checkLimit() {
    quota.check();
  }

  /** Throws what is remembered for this grant, or the limit that all refreshing waits for. */
  void check(GrantKey grant) {
    quota.check();
    RememberedFailure failure;
    lock.lock();
    try {
      failure = failures.get(grant);
    } finally {
      lock.unlock();
    }
    if (failure != null) {
      failure.throwIfCurrent(clock.instant());
    }
  }

  /** Remembers why this grant could not be refreshed. */
  void remember(GrantKey grant, WeChatOAuthException exception) {
    if (exception instanceof WeChatApiException refusal && quota.remember(refusal)) {
      return;
    }
    Instant now = clock.instant();
    lock.lock();
    try {
      // Taken out first: the order is that of the last failure, not of the first.
      RememberedFailure last = failures.remove(grant);
      boolean isTransient = classify.apply(exception) == RefreshOutcome.FAILED;
      Duration step = isTransient ? nextStep(last) : LAST_STEP;
      failures.put(grant, new RememberedFailure(exception, step, now.plus(step)));
    } finally {
      lock.unlock();
    }
  }

  /** Pauses all refreshing until the next minute, if that is what WeChat asks for. */
  void rememberLimit(WeChatApiException refusal) {
    quota.remember(refusal);
  }

  /** Forgets a grant that was refreshed after all. */
  void forget(GrantKey grant) {
    lock.lock();
    try {
      failures.remove(grant);
    } finally {
      lock.unlock();
    }
  }

  /** Classifies a failed refresh, for the listener and for how long it is remembered. */
  static RefreshOutcome outcome(WeChatOAuthException exception) {
    if (exception instanceof ReauthorizationRequiredException) {
      return RefreshOutcome.REAUTHORIZATION_REQUIRED;
    }
    if (exception instanceof WeChatApiException refusal && CallQuota.isLimit(refusal)) {
      return RefreshOutcome.LIMITED;
    }
    return isTransient(exception) ? RefreshOutcome.FAILED : RefreshOutcome.REFUSED;
  }

  private static Duration nextStep(@Nullable RememberedFailure last) {
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
}
