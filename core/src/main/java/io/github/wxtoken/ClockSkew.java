package io.github.wxtoken;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares our clock with WeChat's at each answer, because expiry is judged by our clock. Notifies
 * the listener, and warns once an hour when the clocks differ by more than 30 seconds.
 */
final class ClockSkew {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final Duration TOLERATED = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofHours(1);

  private final Clock clock;
  private final AtomicLong quietUntil;
  private final Events events;

  ClockSkew(Clock clock) {
    this(clock, new AtomicLong(Long.MIN_VALUE), new Events("", null));
  }

  private ClockSkew(Clock clock, AtomicLong quietUntil, Events events) {
    this.clock = clock;
    this.quietUntil = quietUntil;
    this.events = events;
  }

  /** Returns one that notifies the listener of an app. All of them warn once an hour together. */
  ClockSkew of(Events app) {
    return new ClockSkew(clock, quietUntil, app);
  }

  void check(HttpHeaders headers) {
    headers.firstValue("Date").ifPresent(this::check);
  }

  private void check(String date) {
    Instant now = clock.instant();
    long quiet = quietUntil.get();
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration skew = Duration.between(theirs, now);
      events.clockCompared(skew);
      if (skew.abs().compareTo(TOLERATED) > 0
          && now.toEpochMilli() >= quiet
          && quietUntil.compareAndSet(quiet, now.plus(QUIET).toEpochMilli())) {
        log.warn(
            "This machine's clock is {} s from WeChat's: tokens are refreshed too early or late",
            skew.toSeconds());
      }
    } catch (DateTimeException e) {
      // a proxy's odd header is no reason to refuse an answer
    }
  }
}
