package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SimulatorClockTest {
  private static final Instant NEW_YEAR = Instant.parse("2030-01-01T00:00:00Z");

  private final SimulatorClock clock = new SimulatorClock();

  @Test
  void itRunsWithTheSystemUntilItIsMoved() {
    Instant before = Instant.now();
    Instant now = clock.instant();
    assertThat(now).isBetween(before, Instant.now());

    clock.advance(Duration.ofDays(1));
    assertThat(clock.instant()).isAfterOrEqualTo(now.plus(Duration.ofDays(1)));
    clock.set(NEW_YEAR);
    assertThat(clock.instant()).isBetween(NEW_YEAR, NEW_YEAR.plusSeconds(60));
  }

  @Test
  void aFrozenClockMovesOnlyWhenItIsMoved() {
    clock.freeze();
    clock.set(NEW_YEAR);
    assertThat(clock.instant()).isEqualTo(NEW_YEAR);

    clock.advance(Duration.ofSeconds(-1));
    assertThat(clock.instant()).isEqualTo(NEW_YEAR.minusSeconds(1));

    clock.resume();
    assertThat(clock.instant()).isBetween(NEW_YEAR.minusSeconds(1), NEW_YEAR.plusSeconds(60));
  }

  @Test
  void itIsUtc() {
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    assertThat(clock.withZone(ZoneOffset.UTC)).isSameAs(clock);
    Assertions.assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> clock.withZone(ZoneId.of("Asia/Shanghai")));
  }
}
