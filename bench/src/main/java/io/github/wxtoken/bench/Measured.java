package io.github.wxtoken.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.IterationResult;

/**
 * Figures without a peer: medians of all measurements.
 *
 * @param what the method
 * @param throughput calls per second, of all threads together
 * @param cpu CPU time of the process per call, in microseconds
 * @param bytes memory allocated per call
 */
record Measured(String what, int threads, double throughput, double cpu, double bytes) {

  static Measured of(String what, int threads, List<IterationResult> iterations) {
    return new Measured(
        what,
        threads,
        median(iterations, iteration -> iteration.getPrimaryResult().getScore()),
        median(iterations, iteration -> Figures.secondary(iteration, CpuProfiler.LABEL)),
        median(iterations, iteration -> Figures.secondary(iteration, Figures.ALLOCATED)));
  }

  /** Returns the time of a call as its thread sees it, in nanoseconds. */
  double nanos() {
    return threads * 1e9 / throughput;
  }

  private static double median(
      List<IterationResult> iterations, ToDoubleFunction<IterationResult> figure) {
    return Comparison.median(iterations.stream().mapToDouble(figure));
  }
}
