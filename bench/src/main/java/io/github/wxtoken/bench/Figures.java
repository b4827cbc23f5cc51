package io.github.wxtoken.bench;

import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.util.Statistics;

/**
 * The cost of one measurement.
 *
 * @param throughput calls per second, of all threads together
 * @param p50 half of the calls took no longer, in microseconds
 * @param p99 99 of 100 calls took no longer, in microseconds
 * @param cpu CPU time of the client process per call, in microseconds
 * @param bytes memory allocated per call
 */
record Figures(double throughput, double p50, double p99, double cpu, double bytes) {
  /** The GC profiler's name for bytes per call. */
  static final String ALLOCATED = "gc.alloc.rate.norm";

  private static final double MICROS_PER_SECOND = 1e6;

  /** Reads the results of JMH and its profilers from an iteration in which each call was timed. */
  static Figures of(IterationResult iteration, int threads) {
    Statistics micros = iteration.getPrimaryResult().getStatistics();
    return new Figures(
        // There is no pause between two calls, so the throughput is the number of threads divided
        // by the mean duration.
        threads * MICROS_PER_SECOND / micros.getMean(),
        micros.getPercentile(50),
        micros.getPercentile(99),
        secondary(iteration, CpuProfiler.LABEL),
        secondary(iteration, ALLOCATED));
  }

  static double secondary(IterationResult iteration, String label) {
    Result<?> result = iteration.getSecondaryResults().get(label);
    if (result == null) {
      throw new IllegalStateException("JMH reports no " + label);
    }
    return result.getScore();
  }
}
