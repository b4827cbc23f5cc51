package io.github.wxtoken;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's memory of WeChat's refusals of an app's token: whether the stored token is refused,
 * and how many forced refreshes the day has seen (docs/wechat-protocol.md#stable-token). It stands
 * in the field {@code scope} of the app's record, which an app does not need and each store has, so
 * that compare-and-set counts it.
 *
 * @param refused whether WeChat has refused the token of the record
 * @param count the forced refreshes of {@code day}
 * @param day the day that the count is of, in days since 1970 by the time of China
 * @param last when the latest refusal was handled, in seconds since 1970; 0 for never
 */
record ForcedRefreshes(boolean refused, int count, long day, long last) {
  /** No refusal so far. */
  static final ForcedRefreshes NONE = new ForcedRefreshes(false, 0, 0, 0);

  private static final int PER_DAY = 20;
  private static final Duration BETWEEN = Duration.ofSeconds(30);

  /** A day begins at midnight in China (docs/wechat-protocol.md#quotas). */
  private static final long CHINA = Duration.ofHours(8).toSeconds();

  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final String REFUSED = "refused";

  /** At most 50 characters, which wechat-oauth's table has room for. */
  private static final Pattern TEXT =
      Pattern.compile("(refused)?,?(?:forced=(\\d{1,3})/(\\d{1,7}),last=(\\d{1,12}))?");

  /** Reads those of a record; a text of another program counts as none. */
  static ForcedRefreshes of(OAuthToken record) {
    Matcher text = TEXT.matcher(record.scope() == null ? "" : record.scope());
    if (!text.matches()) {
      return NONE;
    }
    boolean refused = text.group(1) != null;
    return text.group(2) == null
        ? new ForcedRefreshes(refused, 0, 0, 0)
        : new ForcedRefreshes(
            refused,
            Integer.parseInt(text.group(2)),
            Long.parseLong(text.group(3)),
            Long.parseLong(text.group(4)));
  }

  /** Returns the text of the field {@code scope}, or null if there is nothing to remember. */
  @Nullable String text() {
    String counted = last == 0 ? "" : "forced=" + count + "/" + day + ",last=" + last;
    if (refused) {
      return counted.isEmpty() ? REFUSED : REFUSED + "," + counted;
    }
    return counted.isEmpty() ? null : counted;
  }

  /** Returns these after WeChat has refused the stored token. */
  ForcedRefreshes withRefusal() {
    return new ForcedRefreshes(true, count, day, last);
  }

  /** Returns these with a token that WeChat has not refused. */
  ForcedRefreshes withoutRefusal() {
    return new ForcedRefreshes(false, count, day, last);
  }

  /** Returns these after one more forced refresh. */
  ForcedRefreshes forced(Instant now) {
    return counted(countOn(dayOf(now)) + 1, now);
  }

  /** Returns these after WeChat has said that the day's forced refreshes are used up. */
  ForcedRefreshes usedUp(Instant now) {
    return counted(PER_DAY, now);
  }

  /** Returns these after a refusal for which no forced refresh was allowed. */
  ForcedRefreshes notForced(Instant now) {
    return counted(countOn(dayOf(now)), now);
  }

  private static ForcedRefreshes counted(int count, Instant now) {
    // Rounded up: WeChat counts the 30 s from a moment that is not before this one.
    long last = now.plusSeconds(1).minusNanos(1).getEpochSecond();
    return new ForcedRefreshes(false, Math.min(count, PER_DAY), dayOf(now), last);
  }

  /** Tells whether the day has seen as many as WeChat allows. */
  boolean areUsedUp(Instant now) {
    return countOn(dayOf(now)) >= PER_DAY;
  }

  /** Returns when a refusal may be handled again; empty if it may be now. */
  Optional<Instant> pausedUntil(Instant now) {
    Instant until = Instant.ofEpochSecond(last).plus(BETWEEN);
    // A time that is further away was written by a clock that was wrong.
    boolean paused = now.isBefore(until) && now.plus(BETWEEN.multipliedBy(2)).isAfter(until);
    return paused ? Optional.of(until) : Optional.empty();
  }

  /** Returns the exception of a caller whose token cannot be replaced now. */
  ForcedRefreshLimitException limitReached(String appid, Instant now) {
    boolean ofTheDay = areUsedUp(now);
    Instant retryAt =
        ofTheDay
            ? Instant.ofEpochSecond((dayOf(now) + 1) * DAY - CHINA)
            : pausedUntil(now).orElse(now.plus(BETWEEN));
    return new ForcedRefreshLimitException(
        "WeChat refuses the access token of the app "
            + Printable.line(appid)
            + " and returns the same one again. A forced refresh is not allowed before "
            + retryAt
            + ", since WeChat allows "
            + (ofTheDay ? PER_DAY + " a day" : "one in " + BETWEEN.toSeconds() + " s")
            + ". Check that the request was meant for this app, and that no other program forces"
            + " refreshes of its token",
        retryAt);
  }

  private int countOn(long today) {
    return day == today ? count : 0;
  }

  private static long dayOf(Instant now) {
    return Math.floorDiv(now.getEpochSecond() + CHINA, DAY);
  }
}
