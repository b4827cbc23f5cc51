package io.github.wxtoken.cli;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Repeats an operation while a store does not answer, such as during a failover. Only for
 * operations whose repetition does no harm. Thread-safe.
 */
final class Patience {
  static final Duration USUAL = Duration.ofSeconds(30);

  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

  private final Interrupt interrupt;
  private final Duration atMost;

  Patience(Interrupt interrupt, Duration atMost) {
    this.interrupt = interrupt;
    this.atMost = atMost;
  }

  <T> T call(Supplier<T> operation) {
    long start = System.nanoTime();
    while (true) {
      try {
        return operation.get();
      } catch (CorruptTokenException e) {
        throw e;
      } catch (TokenStoreException e) {
        if (interrupt.isRequested() || System.nanoTime() - start > atMost.toNanos()) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
