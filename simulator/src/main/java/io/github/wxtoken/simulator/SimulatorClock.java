package io.github.wxtoken.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The simulator's time. It runs along with the system's clock until a test moves or freezes it.
 * Every life in the simulator is judged by it, and so is the {@code Date} header, so that a test
 * that gives the same clock to its client sees one time everywhere. Thread-safe.
 */
public final class SimulatorClock extends Clock {
  private final Clock system = Clock.systemUTC();
  private Duration offset = Duration.ZERO;
  private @Nullable Instant frozenAt;

  SimulatorClock() {}

  /**
   * Moves the time.
   *
   * @param duration how far; negative moves it back
   */
  public synchronized void advance(Duration duration) {
    set(instant().plus(duration));
  }

  /**
   * Sets the time. A frozen clock stays frozen, a running one runs on from there.
   *
   * @param now what it is now
   */
  public synchronized void set(Instant now) {
    offset = Duration.between(system.instant(), now);
    if (frozenAt != null) {
      frozenAt = now;
    }
  }

  /** Freezes the time: from now on only {@link #advance} and {@link #set} move it. */
  public synchronized void freeze() {
    frozenAt = instant();
  }

  /** Lets a frozen clock run on from where it stands. */
  public synchronized void resume() {
    Instant now = instant();
    frozenAt = null;
    set(now);
  }

  @Override
  public synchronized Instant instant() {
    return frozenAt != null ? frozenAt : system.instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    if (zone.equals(ZoneOffset.UTC)) {
      return this;
    }
    throw new UnsupportedOperationException("the simulator's clock is UTC");
  }
}
