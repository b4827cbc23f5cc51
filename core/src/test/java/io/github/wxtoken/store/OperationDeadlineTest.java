package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperationDeadlineTest {

  @Test
  void theTimeLeftCountsFromTheStart() {
    OperationDeadline deadline = OperationDeadline.in(Duration.ofHours(1));

    assertThat(deadline.remainingNanos())
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofHours(1).toNanos());
    assertThat(deadline.remainingMillis())
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofHours(1).toMillis());
  }

  @Test
  void anExpiredDeadlineHasNoTimeLeft() {
    OperationDeadline deadline = OperationDeadline.in(Duration.ofSeconds(-1));

    assertThat(deadline.remainingNanos()).isNegative();
    assertThat(deadline.remainingMillis()).isNegative();
  }

  @Test
  void aPauseLeavesTimeForARetry() {
    OperationDeadline deadline = OperationDeadline.in(Duration.ofHours(1));
    long before = deadline.remainingNanos();

    assertThat(deadline.pause()).isTrue();
    assertThat(before - deadline.remainingNanos())
        .isGreaterThanOrEqualTo(Duration.ofMillis(10).toNanos());
  }

  @Test
  void nobodyPausesWithoutTimeForARetry() {
    assertThat(OperationDeadline.in(Duration.ofMillis(9)).pause()).isFalse();
  }

  @Test
  void anInterruptedThreadDoesNotPauseAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThat(OperationDeadline.in(Duration.ofHours(1)).pause()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
