package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseRequestTest {
  private final LeaseRequest request = LeaseRequest.begin("refresh:oA", Duration.ofMinutes(1));
  private final AtomicInteger releases = new AtomicInteger();

  @Test
  void eachRequestHasAnOwnerOfItsOwn() {
    assertThat(request.owner()).hasSize(36);
    assertThat(LeaseRequest.begin("refresh:oA", Duration.ofMinutes(1)).owner())
        .isNotEqualTo(request.owner());
  }

  @Test
  void theStoreKeepsTheLeaseLongerThanItsHolderHasIt() {
    Lease lease = request.granted(releases::incrementAndGet);

    assertThat(lease.remaining()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(request.storedMillis()).isGreaterThan(60_000);
  }

  @Test
  void aLeaseIsReleasedOnce() {
    Lease lease = request.granted(releases::incrementAndGet);
    lease.close();
    lease.close();

    assertThat(releases).hasValue(1);
    assertThat(lease.remaining()).isZero();
  }

  @Test
  void aReleaseThatFailsIsNoErrorOfTheCaller() {
    Lease lease =
        request.granted(
            () -> {
              releases.incrementAndGet();
              throw new TokenStoreException("cannot release the lease refresh:oA", null);
            });
    lease.close();

    assertThat(releases).hasValue(1);
  }

  @Test
  void anInterruptedThreadReleasesItsLeaseAndStaysInterrupted() {
    Lease lease =
        request.granted(
            () -> {
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              releases.incrementAndGet();
            });
    Thread.currentThread().interrupt();
    lease.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(releases).hasValue(1);
  }
}
