package io.github.wxtoken.examples;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The waiting times of users, per step. Thread-safe. */
final class Latencies {
  private final Map<Step, Queue<Long>> nanos = new EnumMap<>(Step.class);

  Latencies() {
    for (Step step : Step.values()) {
      nanos.put(step, new ConcurrentLinkedQueue<>());
    }
  }

  /** A summary of a step's latencies. */
  record Summary(int count, Duration p50, Duration p95, Duration p99, Duration max) {}

  void add(Step step, long nanoseconds) {
    of(step).add(nanoseconds);
  }

  /** Returns the number of requests of all steps. */
  long count() {
    return nanos.values().stream().mapToLong(Queue::size).sum();
  }

  Summary summary(Step step) {
    long[] sorted = of(step).stream().mapToLong(Long::longValue).sorted().toArray();
    return new Summary(
        sorted.length,
        percentile(sorted, 50),
        percentile(sorted, 95),
        percentile(sorted, 99),
        percentile(sorted, 100));
  }

  private Queue<Long> of(Step step) {
    return nanos.getOrDefault(step, new ConcurrentLinkedQueue<>());
  }

  /** Returns the nearest rank: a latency that was really measured. */
  private static Duration percentile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * (percent / 100.0));
    return sorted.length == 0 ? Duration.ZERO : Duration.ofNanos(sorted[Math.max(rank, 1) - 1]);
  }
}
