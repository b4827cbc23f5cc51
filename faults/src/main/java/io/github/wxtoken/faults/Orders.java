package io.github.wxtoken.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * Enumerates every order of two tasks' steps, depth first. The number of steps of each is
 * discovered while they run, and may depend on the order.
 */
final class Orders {
  private final List<Turn> turns = new ArrayList<>();
  private int next;

  private record Turn(boolean ofSecond, boolean isChoice) {}

  /**
   * Tells whose step is next, while at least one task is not done: true for the second's, false for
   * the first's.
   */
  boolean isSeconds(boolean firstIsDone, boolean secondIsDone) {
    if (next == turns.size()) {
      turns.add(new Turn(firstIsDone, !firstIsDone && !secondIsDone));
    }
    return turns.get(next++).ofSecond();
  }

  /** Advances to the next order, if there is one. */
  boolean advance() {
    next = 0;
    for (int last = turns.size() - 1; last >= 0; last--) {
      Turn turn = turns.remove(last);
      if (turn.isChoice() && !turn.ofSecond()) {
        turns.add(new Turn(true, true));
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder order = new StringBuilder();
    turns.forEach(turn -> order.append(turn.ofSecond() ? '2' : '1'));
    return order.toString();
  }
}
