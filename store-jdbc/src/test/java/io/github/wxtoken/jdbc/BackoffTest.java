package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.jdbc.Backoff.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(3));

  @Test
  void attemptsThatAreGivenUpTakeTwiceAsLongEachTimeUpToSomeTwelveSeconds() {
    long waited = 0;
    int given = 0;
    while (waited < 60_000) {
      long attempt = backoff.attemptMillis();
      backoff.failed(Kind.GIVEN_UP, Duration.ofMillis(attempt));
      waited += attempt + backoff.pauseMillis();
      given++;
      assertThat(attempt).isBetween(3_000L, 14_400L);
    }

    // Ten pools then give up 70 handshakes in a minute at most, of the 100 that MySQL accepts.
    assertThat(given).isLessThanOrEqualTo(7);
  }

  @Test
  void whatADriverGivesUpSoonerIsWaitedFor() {
    backoff.failed(Kind.GIVEN_UP, Duration.ofSeconds(1));
    assertThat(backoff.pauseMillis()).isEqualTo(2_000);

    backoff.failed(Kind.GIVEN_UP, Duration.ofSeconds(1));
    assertThat(backoff.pauseMillis()).isBetween(5_000L, 6_200L);
  }

  @Test
  void aShortTimeoutOfTheStoreDoesNotMakeAttemptsShort() {
    assertThat(new Backoff(Duration.ofMillis(500)).attemptMillis()).isEqualTo(3_000);
    assertThat(new Backoff(Duration.ofSeconds(60)).attemptMillis()).isEqualTo(12_000);
  }

  @Test
  void aServerThatRefusesIsAskedAgainWithinASecondHoweverOftenItDid() {
    for (int i = 0; i < 100; i++) {
      backoff.failed(Kind.REFUSED, Duration.ZERO);
      assertThat(backoff.pauseMillis()).isBetween(250L, 300L);
    }
  }

  /** Otherwise a long attempt would outlast the network's recovery. */
  @Test
  void aServerThatRefusesEndsTheLongAttempts() {
    backoff.failed(Kind.GIVEN_UP, Duration.ofSeconds(3));
    assertThat(backoff.attemptMillis()).isGreaterThan(3_000);

    backoff.failed(Kind.REFUSED, Duration.ZERO);
    assertThat(backoff.attemptMillis()).isEqualTo(3_000);
  }

  @Test
  void aServerThatAnswersWithErrorsIsAskedLessOften() {
    long last = 0;
    for (int i = 0; i < 20; i++) {
      backoff.failed(Kind.ANSWERED, Duration.ZERO);
      last = backoff.pauseMillis();
    }
    assertThat(last).isBetween(2_000L, 2_400L);
  }

  @Test
  void aSuccessBeginsAnew() {
    backoff.failed(Kind.GIVEN_UP, Duration.ofSeconds(3));
    backoff.failed(Kind.ANSWERED, Duration.ZERO);
    backoff.succeeded();
    backoff.failed(Kind.ANSWERED, Duration.ZERO);

    assertThat(backoff.attemptMillis()).isEqualTo(3_000);
    assertThat(backoff.pauseMillis()).isBetween(250L, 300L);
  }
}
