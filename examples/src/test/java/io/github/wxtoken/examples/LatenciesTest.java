package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void percentilesAreLatenciesThatWereSeen() {
    for (int millis = 200; millis >= 1; millis--) {
      latencies.add(Step.LOGIN, Duration.ofMillis(millis).toNanos());
    }

    assertThat(latencies.summary(Step.LOGIN))
        .isEqualTo(
            new Latencies.Summary(
                200,
                Duration.ofMillis(100),
                Duration.ofMillis(190),
                Duration.ofMillis(198),
                Duration.ofMillis(200)));
  }

  @Test
  void aSingleRequestIsEveryPercentile() {
    latencies.add(Step.LOGIN, 5_000_000);

    Duration five = Duration.ofMillis(5);
    assertThat(latencies.summary(Step.LOGIN))
        .isEqualTo(new Latencies.Summary(1, five, five, five, five));
  }

  @Test
  void stepsAreCountedApartAndTogether() {
    latencies.add(Step.LOGIN, 1);
    latencies.add(Step.EXPIRED, 1);

    assertThat(latencies.summary(Step.LOGIN).count()).isEqualTo(1);
    assertThat(latencies.summary(Step.CALLBACK).count()).isZero();
    assertThat(latencies.count()).isEqualTo(2);
  }
}
