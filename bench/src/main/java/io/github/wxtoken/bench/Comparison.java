package io.github.wxtoken.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One operation of a pair at one number of threads. It compares rounds, not averages: the two
 * measurements of a round follow each other, so a disturbance most likely affected both.
 *
 * @param baseline one measurement of each round
 * @param candidate the other measurement of each round
 */
record Comparison(
    Pairing pairing,
    Operation operation,
    int threads,
    List<Figures> baseline,
    List<Figures> candidate) {

  Comparison {
    if (baseline.isEmpty() || baseline.size() != candidate.size()) {
      throw new IllegalArgumentException("each round must have both turns");
    }
  }

  /** Returns the candidate's calls divided by the baseline's in the same time. */
  double ratio() {
    return median(
        rounds().mapToDouble(i -> candidate.get(i).throughput() / baseline.get(i).throughput()));
  }

  /** Returns the median difference between candidate and baseline in a round. */
  double excess(ToDoubleFunction<Figures> figure) {
    return median(
        rounds()
            .mapToDouble(
                i ->
                    figure.applyAsDouble(candidate.get(i))
                        - figure.applyAsDouble(baseline.get(i))));
  }

  double ofBaseline(ToDoubleFunction<Figures> figure) {
    return median(baseline.stream().mapToDouble(figure));
  }

  double ofCandidate(ToDoubleFunction<Figures> figure) {
    return median(candidate.stream().mapToDouble(figure));
  }

  private IntStream rounds() {
    return IntStream.range(0, baseline.size());
  }

  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
