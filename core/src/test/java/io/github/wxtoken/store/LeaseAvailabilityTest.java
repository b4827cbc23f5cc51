package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LeaseAvailabilityTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it overflows at once
  private final AtomicInteger attempts = new AtomicInteger();
  private double random;
  private volatile boolean broken;

  // A logger of its own, since tests of this class run in parallel.
  private final String logger = LeaseAvailabilityTest.class.getName() + "." + System.nanoTime();
  private final LeaseAvailability leases =
      new LeaseAvailability(
          LoggerFactory.getLogger(logger),
          "there is no right to the table token_lease",
          "Run GRANT ALL ON token_lease",
          nanos::get,
          () -> random);

  @Test
  void aStoreThatHasLeasedFailsClosed() {
    assertThat(lease()).hasValueSatisfying(lease -> assertThat(lease.isExclusive()).isTrue());
    broken = true;

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(this::lease)
          .isInstanceOf(LeaseUnavailableException.class)
          .hasMessage(
              "cannot lease: there is no right to the table token_lease. Run GRANT ALL ON"
                  + " token_lease. The store tries again by itself");
    }
    assertThat(attempts).hasValue(2);
  }

  @Test
  void aStoreThatCouldLeaseAtStartFailsClosed() {
    leases.check(attempts::incrementAndGet);
    broken = true;

    assertThatThrownBy(this::lease).isInstanceOf(LeaseUnavailableException.class);
  }

  @Test
  void aStoreThatFoundItsLeaseHeldFailsClosed() {
    assertThat(leases.tryLease(SECOND, Optional::empty)).isEmpty();
    broken = true;

    assertThatThrownBy(this::lease).isInstanceOf(LeaseUnavailableException.class);
  }

  @Test
  void aStoreThatCouldNotLeaseAtStartGrantsEveryLeaseUnchecked() {
    broken = true;
    leases.check(this::attempt);

    for (int i = 0; i < 20; i++) {
      assertUnchecked();
    }
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aStoreWhoseFirstLeaseFailsGrantsItUnchecked() {
    broken = true;

    assertUnchecked();
  }

  @Test
  void aStoreThatNeverLeasedFailsClosedOnceItHas() {
    broken = true;
    leases.check(this::attempt);
    broken = false;
    pass(SECOND);
    assertThat(lease()).hasValueSatisfying(lease -> assertThat(lease.isExclusive()).isTrue());
    broken = true;

    assertThatThrownBy(this::lease).isInstanceOf(LeaseUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pausesDoubleFromASecondTo30(boolean worked) {
    loseLeases(worked);
    for (long pause : new long[] {1, 2, 4, 8, 16, 30, 30}) {
      int before = attempts.get();
      pass(Duration.ofSeconds(pause).minusNanos(1));
      tryToLease();
      assertThat(attempts).hasValue(before);
      pass(Duration.ofNanos(1));
      tryToLease();
      tryToLease();
      assertThat(attempts).hasValue(before + 1);
    }
  }

  @Test
  void pausesStartAnewAfterARecovery() {
    loseLeases(true);
    for (int i = 0; i < 7; i++) {
      pass(Duration.ofSeconds(30));
      tryToLease();
    }
    broken = false;
    pass(Duration.ofSeconds(30));
    lease();
    broken = true;
    tryToLease();
    int before = attempts.get();
    pass(SECOND);
    tryToLease();

    assertThat(attempts).hasValue(before + 1);
  }

  @Test
  void aPauseIsShortenedByAQuarterAtMost() {
    random = 1;
    loseLeases(true);
    int before = attempts.get();
    pass(Duration.ofMillis(750).minusNanos(1));
    tryToLease();
    assertThat(attempts).hasValue(before);
    pass(Duration.ofNanos(1));
    tryToLease();

    assertThat(attempts).hasValue(before + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFirstLeaseAfterThePauseIsExclusiveAgain(boolean worked) {
    loseLeases(worked);
    broken = false;
    tryToLease();
    pass(SECOND);

    for (int i = 0; i < 3; i++) {
      assertThat(lease()).hasValueSatisfying(lease -> assertThat(lease.isExclusive()).isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachChangeIsLoggedOnce(boolean worked) {
    try (LogCapture log = LogCapture.of(logger)) {
      loseLeases(worked);
      for (int i = 0; i < 5; i++) {
        pass(Duration.ofSeconds(30));
        tryToLease();
      }
      broken = false;
      pass(Duration.ofSeconds(30));
      lease();
      lease();

      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0))
          .startsWith("WARN")
          .contains("there is no right to the table token_lease. ", "Run GRANT ALL ON token_lease.")
          .contains(worked ? "no state is accepted" : "granted unchecked");
      assertThat(log.lines().get(1)).startsWith("INFO").contains("available again");
    }
  }

  @Test
  void aStoreThatCouldAlwaysLeaseLogsNothing() {
    try (LogCapture log = LogCapture.of(logger)) {
      leases.check(this::attempt);
      lease();

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void anOutagePassesThroughAndChangesNothing() {
    leases.check(this::attempt);
    TokenStoreException outage = new TokenStoreException("the database is unreachable", null);

    assertThatThrownBy(() -> leases.tryLease(SECOND, failing(outage))).isSameAs(outage);
    assertThat(lease()).isPresent();
  }

  @Test
  void anOutageDuringAnAttemptLeavesLeasesLost() {
    loseLeases(true);
    pass(SECOND);
    TokenStoreException outage = new TokenStoreException("the database is unreachable", null);

    assertThatThrownBy(() -> leases.tryLease(SECOND, failing(outage))).isSameAs(outage);
    assertThatThrownBy(this::lease).isInstanceOf(LeaseUnavailableException.class);
    assertThat(attempts).hasValue(2);
  }

  @Test
  void anAttemptThatBeganBeforeLeasesWereLostDoesNotBringThemBack() {
    lease();
    leases.tryLease(
        SECOND,
        () -> {
          broken = true;
          tryToLease();
          return Optional.empty();
        });
    int before = attempts.get();

    assertThatThrownBy(this::lease).isInstanceOf(LeaseUnavailableException.class);
    assertThat(attempts).hasValue(before);
  }

  @Test
  void anAttemptThatBeganBeforeLeasesCameBackDoesNotLoseThem() {
    loseLeases(true);
    pass(SECOND);
    Supplier<Optional<Lease>> slow =
        () -> {
          broken = false;
          pass(Duration.ofSeconds(2));
          lease();
          throw leases.unavailable(null);
        };

    assertThatThrownBy(() -> leases.tryLease(SECOND, slow))
        .isInstanceOf(LeaseUnavailableException.class);
    assertThat(lease()).isPresent();
  }

  @Test
  void oneOfManyCallersTriesAfterAPause() throws Exception {
    loseLeases(true);
    int before = attempts.get();
    pass(SECOND);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch start = new CountDownLatch(8);
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  tryToLease();
                  return null;
                }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(attempts).hasValue(before + 1);
  }

  private void loseLeases(boolean worked) {
    broken = !worked;
    leases.check(this::attempt);
    broken = true;
    if (worked) {
      tryToLease();
    }
  }

  private void assertUnchecked() {
    assertThat(lease())
        .hasValueSatisfying(
            lease -> {
              assertThat(lease.isExclusive()).isFalse();
              assertThat(lease.remaining()).isPositive().isLessThanOrEqualTo(SECOND);
            });
  }

  private Optional<Lease> lease() {
    return leases.tryLease(SECOND, this::attempt);
  }

  private void tryToLease() {
    try {
      lease();
    } catch (LeaseUnavailableException e) {
      // The calling test expects it, or does not care about it.
    }
  }

  private Optional<Lease> attempt() {
    attempts.incrementAndGet();
    if (broken) {
      throw leases.unavailable(null);
    }
    return Optional.of(new TimedLease(System.nanoTime(), SECOND, () -> {}));
  }

  private static Supplier<Optional<Lease>> failing(RuntimeException e) {
    return () -> {
      throw e;
    };
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
