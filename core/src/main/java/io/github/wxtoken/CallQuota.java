package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WeChat's quota of calls to one endpoint. Once WeChat says that it is used up, this process does
 * not call until the next minute. Each endpoint has a quota of its own, so callbacks with made-up
 * codes that use up one do not stop the others. Thread-safe.
 */
final class CallQuota {
  /** The quota of a day, and that of a minute (docs/wechat-protocol.md#error-codes). */
  private static final Set<Integer> OF_THE_APP = Set.of(45009, 45011);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Clock clock;
  private final Set<Integer> errcodes;
  private volatile @Nullable RememberedFailure usedUp;

  private CallQuota(Clock clock, Set<Integer> errcodes) {
    this.clock = clock;
    this.errcodes = errcodes;
  }

  /** A quota that all users of the app share. */
  static CallQuota ofTheApp(Clock clock) {
    return new CallQuota(clock, OF_THE_APP);
  }

  /**
   * The quota of {@code jscode2session}. There 45011 is about one user
   * (docs/wechat-protocol.md#mini-program-session): if it stopped the others, one device could lock
   * them all out.
   */
  static CallQuota ofSessions(Clock clock) {
    return new CallQuota(clock, Set.of(45009));
  }

  /** Throws what WeChat said when the quota was used up, until the next minute. */
  void check() {
    RememberedFailure failure = usedUp;
    if (failure != null) {
      failure.throwIfCurrent(clock.instant());
    }
  }

  /**
   * Stops the calls, if that is what this answer of WeChat's asks for.
   *
   * @return whether it is
   */
  boolean remember(WeChatApiException refusal) {
    if (!errcodes.contains(refusal.errcode())) {
      return false;
    }
    usedUp = new RememberedFailure(refusal, MINUTE, nextMinute(clock.instant()));
    return true;
  }

  /** Tells whether WeChat refused a call because there were too many of its kind. */
  static boolean isLimit(WeChatApiException refusal) {
    return OF_THE_APP.contains(refusal.errcode());
  }

  /** Returns when WeChat counts anew. */
  private static Instant nextMinute(Instant now) {
    return now.truncatedTo(ChronoUnit.MINUTES).plus(MINUTE);
  }
}
