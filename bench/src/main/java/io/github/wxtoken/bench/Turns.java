package io.github.wxtoken.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of iterations: baseline, candidate, candidate, baseline, repeated. Then a machine that
 * steadily slows down or speeds up favours neither.
 */
final class Turns {
  /** The number of warm-up iterations, after which the order starts from the beginning. */
  static final int WARM_UP = 4;

  private Turns() {}

  static boolean isCandidates(int iteration) {
    int turn = iteration % WARM_UP;
    return turn == 1 || turn == 2;
  }

  /** Returns one contender's results from the measured iterations, in order. */
  static <T> List<T> of(boolean candidate, List<T> iterations) {
    List<T> turns = new ArrayList<>();
    for (int i = 0; i < iterations.size(); i++) {
      if (isCandidates(i) == candidate) {
        turns.add(iterations.get(i));
      }
    }
    return turns;
  }
}
