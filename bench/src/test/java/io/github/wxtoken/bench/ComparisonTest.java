package io.github.wxtoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  @Test
  void theRatioIsTheMedianOfTheRounds() {
    // In the second round the machine did something else, and hit one turn only.
    Comparison comparison =
        comparison(
            List.of(calls(1_000), calls(1_000), calls(500)),
            List.of(calls(900), calls(100), calls(450)));

    assertThat(comparison.ratio()).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void aMachineThatSlowsDownForBothDoesNotChangeTheRatio() {
    List<Figures> baseline = IntStream.rangeClosed(1, 9).mapToObj(i -> calls(9_000.0 / i)).toList();
    List<Figures> candidate =
        IntStream.rangeClosed(1, 9).mapToObj(i -> calls(7_200.0 / i)).toList();

    assertThat(comparison(baseline, candidate).ratio()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void theExcessIsTheMedianDifferenceOfTheRounds() {
    Comparison comparison =
        comparison(List.of(cpu(10), cpu(20), cpu(30)), List.of(cpu(13), cpu(22), cpu(90)));

    assertThat(comparison.excess(Figures::cpu)).isEqualTo(3);
    assertThat(comparison.ofBaseline(Figures::cpu)).isEqualTo(20);
    assertThat(comparison.ofCandidate(Figures::cpu)).isEqualTo(22);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Comparison.median(DoubleStream.of(9, 1, 2, 4))).isEqualTo(3);
  }

  @Test
  void aRoundWithoutBothTurnsIsRefused() {
    assertThatThrownBy(() -> comparison(List.of(cpu(1)), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> comparison(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Comparison comparison(List<Figures> baseline, List<Figures> candidate) {
    return new Comparison(Pairing.MYSQL, Operation.GET_TOKEN, 16, baseline, candidate);
  }

  private static Figures calls(double throughput) {
    return new Figures(throughput, 1, 1, 1, 1);
  }

  private static Figures cpu(double micros) {
    return new Figures(1, 1, 1, micros, 1);
  }
}
