package io.github.wxtoken.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn an iteration is: baseline, candidate, candidate, baseline, and again. A machine that
 * steadily slows down or speeds up so favours neither.
 */
final class Turns {
  /** Warm-up has so many iterations, after which the order begins anew. */
  static final int WARM_UP = 4;

  private Turns() {}

  static boolean isCandidates(int iteration) {
    int turn = iteration % WARM_UP;
    return turn == 1 || turn == 2;
  }

  /** Picks one contender's results out of the measured iterations, in order. */
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
