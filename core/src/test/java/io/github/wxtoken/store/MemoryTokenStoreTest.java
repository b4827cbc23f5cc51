package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rules of {@link MemoryTokenStore} beyond the contract, which it passes in the testkit. */
class MemoryTokenStoreTest {

  @Test
  void leasesThatNobodyClosesDoNotPileUp() {
    MemoryTokenStore store = new MemoryTokenStore();
    // A login's lease on its code is never closed. These end as soon as they may.
    for (int code = 0; code < 100_000; code++) {
      assertThat(store.tryLease("code:" + code, Duration.ofMillis(1))).isPresent();
    }
    for (int code = 0; store.leases.size() > 10_000; code++) {
      assertThat(store.tryLease("another:" + code, Duration.ofMillis(1))).isPresent();
    }
  }

  @Test
  void aLeaseThatIsHeldIsNotSweptAway() {
    MemoryTokenStore store = new MemoryTokenStore();
    assertThat(store.tryLease("held", Duration.ofHours(1))).isPresent();
    for (int code = 0; code < 5_000; code++) {
      assertThat(store.tryLease("code:" + code, Duration.ofMillis(1))).isPresent();
    }

    assertThat(store.tryLease("held", Duration.ofHours(1))).isEmpty();
  }
}
