package io.github.wxtoken.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * Every order in which two can take turns, depth first. How many turns each needs is seen as they
 * take them, and may depend on the order.
 */
final class Orders {
  private final List<Turn> turns = new ArrayList<>();
  private int next;

  private record Turn(boolean ofSecond, boolean isChoice) {}

  /** Tells whose turn it is, while at least one is not done: the second's, or the first's. */
  boolean isSeconds(boolean firstIsDone, boolean secondIsDone) {
    if (next == turns.size()) {
      turns.add(new Turn(firstIsDone, !firstIsDone && !secondIsDone));
    }
    return turns.get(next++).ofSecond();
  }

  /** Goes on to the next order, if there is one. */
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
