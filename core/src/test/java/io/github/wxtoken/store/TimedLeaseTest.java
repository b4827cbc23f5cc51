package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimedLeaseTest {
  @ParameterizedTest
  @CsvSource({"1000000, 2", "1000001, 3", "1999999, 3", "12000000000, 12001"})
  void aStoreThatCountsMillisecondsKeepsALeaseLongerThanItsHolderHasIt(long nanos, long millis) {
    assertThat(TimedLease.storedMillis(Duration.ofNanos(nanos))).isEqualTo(millis);
  }
}
