package io.github.wxtoken;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, in one process, the code with which each state was used first: for an application that
 * keeps tokens by two functions, which cannot lease. The number of states is bounded; the oldest
 * are dropped first. Thread-safe.
 */
final class UsedStates {
  static final int AT_MOST = 100_000;

  private final Clock clock;
  private final Duration remembered;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Use> uses =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Use> eldest) {
          return size() > AT_MOST || !eldest.getValue().until().isAfter(clock.instant());
        }
      };

  private record Use(String code, Instant until) {}

  UsedStates(Clock clock, Duration remembered) {
    this.clock = clock;
    this.remembered = remembered;
  }

  /**
   * Uses a state with a code, both as hashes.
   *
   * @return the hash of the code that the state was used with before, or null if this use is the
   *     first
   */
  @Nullable String use(String state, String code) {
    lock.lock();
    try {
      Use first = uses.putIfAbsent(state, new Use(code, clock.instant().plus(remembered)));
      return first == null ? null : first.code();
    } finally {
      lock.unlock();
    }
  }
}
