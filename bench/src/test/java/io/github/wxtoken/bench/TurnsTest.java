package io.github.wxtoken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final List<Integer> ITERATIONS = List.of(0, 1, 2, 3, 4, 5, 6, 7);

  @Test
  void eachRoundHasATurnOfBothAndTheOrderAlternates() {
    assertThat(Turns.of(false, ITERATIONS)).containsExactly(0, 3, 4, 7);
    assertThat(Turns.of(true, ITERATIONS)).containsExactly(1, 2, 5, 6);
  }

  @Test
  void theFirstMeasuredIterationIsTheBaselinesWhateverTheWarmUp() {
    assertThat(Turns.isCandidates(Turns.WARM_UP)).isEqualTo(Turns.isCandidates(0)).isFalse();
  }
}
