package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairPermitsTest {
  private static final long LONG_MILLIS = 60_000;

  private final FairPermits permits = new FairPermits(1);

  @AfterEach
  void clearTheInterrupt() {
    Thread.interrupted();
  }

  @Test
  void aFreePermitIsAcquiredAtOnce() throws Exception {
    assertThat(permits.tryAcquire(0)).isTrue();
  }

  @Test
  void aReleasedPermitIsAcquiredAgain() throws Exception {
    permits.tryAcquire(0);
    permits.release();

    assertThat(permits.tryAcquire(0)).isTrue();
  }

  @Test
  void withoutAFreePermitTheWaitEndsInTime() throws Exception {
    permits.tryAcquire(0);

    assertThat(permits.tryAcquire(0)).isFalse();
    assertThat(permits.tryAcquire(50)).isFalse();
    assertThat(permits.isStrict()).isFalse();
  }

  @Test
  void anInterruptedThreadAcquiresNoPermit() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> permits.tryAcquire(0)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aCallerThatHasWaitedForLongIsNotOvertaken() throws Exception {
    List<String> acquired = new CopyOnWriteArrayList<>();
    CountDownLatch mayRelease = new CountDownLatch(1);
    permits.tryAcquire(0);
    Thread waiting =
        new Thread(
            () -> {
              try {
                if (permits.tryAcquire(LONG_MILLIS)) {
                  acquired.add("waited");
                  mayRelease.await();
                  permits.release();
                }
              } catch (InterruptedException e) {
                acquired.add("interrupted");
              }
            });
    waiting.start();
    // isStrict() turns true before the thread is in the queue of the semaphore.
    while (!permits.isStrict() || waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    permits.release();
    mayRelease.countDown();
    permits.tryAcquire(LONG_MILLIS);
    acquired.add("came later");

    assertThat(acquired).containsExactly("waited", "came later");
    waiting.join();
  }
}
