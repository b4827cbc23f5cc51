package io.github.wxtoken.examples;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock with an offset: a demo cannot wait two hours until tokens expire. */
public final class OffsetClock extends Clock {
  private final Clock system = Clock.systemUTC();
  private volatile Duration offset;

  /**
   * Creates a clock with an offset.
   *
   * @param offset how far it is ahead of the system's clock
   */
  public OffsetClock(Duration offset) {
    this.offset = offset;
  }

  /**
   * Moves it; thread-safe.
   *
   * @param offset how far it is ahead of the system's clock from now on
   */
  public void set(Duration offset) {
    this.offset = offset;
  }

  @Override
  public Instant instant() {
    return system.instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("this clock is UTC");
  }
}
