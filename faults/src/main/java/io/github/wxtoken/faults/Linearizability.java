package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.faults.Operation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches for an order of the operations on one openid that explains every answer: each takes
 * effect at a moment between its invocation and its end. If its outcome is unknown, it takes effect
 * at any time after its invocation or never.
 *
 * <p>The search follows Wing and Gong, with two optimizations. First, it follows the history and
 * lets an operation take effect only when some answer needs it, so a state is the value and the set
 * of operations under way that have taken effect. Second, an operation that only observes takes
 * effect as soon as the value fits, which never excludes a solution.
 */
final class Linearizability {
  private static final int TOO_MANY = 100_000;

  private final List<Operation> slots = new ArrayList<>();
  private final BitSet underWay = new BitSet();
  private Set<Reached> reached = Set.of(new Reached(null, new BitSet()));

  private Linearizability() {}

  /** The stored value, and the operations under way (by slot) that have taken effect. */
  private record Reached(@Nullable String value, BitSet effective) {
    boolean hasEffect(int slot) {
      return effective.get(slot);
    }
  }

  private record Event(long time, Operation operation, boolean end) {}

  /**
   * Tells whether there is such an order, beginning with an empty store.
   *
   * @throws IllegalStateException if there are too many possible orders
   */
  static boolean holds(List<Operation> operations) {
    Linearizability search = new Linearizability();
    for (Event event : events(operations)) {
      if (!event.end()) {
        search.invoke(event.operation());
      } else if (!search.end(event.operation())) {
        return false;
      }
    }
    return true;
  }

  private static List<Event> events(List<Operation> operations) {
    List<Event> events = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation.outcome() == Outcome.OK) {
        events.add(new Event(operation.invoked(), operation, false));
        events.add(new Event(operation.ended(), operation, true));
      } else if (operation.mayHaveWritten()) {
        events.add(new Event(operation.invoked(), operation, false));
      }
    }
    // At the same moment invocations come first: then both orders are possible.
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::end));
    return events;
  }

  private void invoke(Operation operation) {
    int slot = underWay.nextClearBit(0);
    underWay.set(slot);
    if (slot == slots.size()) {
      slots.add(operation);
    } else {
      slots.set(slot, operation);
    }
    if (!writes(operation)) {
      Set<Reached> next = new HashSet<>();
      for (Reached each : reached) {
        next.add(observes(operation, each.value()) ? with(each, each.value(), slot) : each);
      }
      reached = next;
    }
  }

  private boolean end(Operation operation) {
    int slot = slotOf(operation);
    Set<Reached> next = new HashSet<>();
    for (Reached each : reached) {
      untilEffective(slot, each, next);
    }
    underWay.clear(slot);
    reached = next;
    return !reached.isEmpty();
  }

  private int slotOf(Operation operation) {
    for (int slot = underWay.nextSetBit(0); slot >= 0; slot = underWay.nextSetBit(slot + 1)) {
      if (slots.get(slot).equals(operation)) {
        return slot;
      }
    }
    throw new IllegalStateException("an operation ends that was not invoked");
  }

  /** Lets writes take effect, in every possible order, until this operation has taken effect. */
  private void untilEffective(int target, Reached from, Set<Reached> found) {
    Deque<Reached> open = new ArrayDeque<>(List.of(from));
    Set<Reached> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      Reached now = open.pop();
      if (now.hasEffect(target)) {
        BitSet effective = (BitSet) now.effective().clone();
        effective.clear(target);
        found.add(new Reached(now.value(), effective));
        continue;
      }
      for (int slot = underWay.nextSetBit(0); slot >= 0; slot = underWay.nextSetBit(slot + 1)) {
        Operation operation = slots.get(slot);
        if (writes(operation) && !now.hasEffect(slot) && applies(operation, now.value())) {
          Reached next = observed(with(now, valueAfter(operation), slot));
          if (seen.add(next)) {
            open.push(next);
          }
        }
      }
      if (seen.size() > TOO_MANY || found.size() > TOO_MANY) {
        throw new IllegalStateException("too many orders of these operations are possible");
      }
    }
  }

  /** Lets all operations take effect that only observe, and whose answers fit the value. */
  private Reached observed(Reached reached) {
    BitSet effective = reached.effective();
    for (int slot = underWay.nextSetBit(0); slot >= 0; slot = underWay.nextSetBit(slot + 1)) {
      Operation operation = slots.get(slot);
      if (!writes(operation) && observes(operation, reached.value())) {
        effective.set(slot);
      }
    }
    return reached;
  }

  private static Reached with(Reached reached, @Nullable String value, int slot) {
    BitSet effective = (BitSet) reached.effective().clone();
    effective.set(slot);
    return new Reached(value, effective);
  }

  private static boolean writes(Operation operation) {
    return operation.mayHaveWritten();
  }

  /** Tells whether a write takes effect on this value. */
  private static boolean applies(Operation write, @Nullable String value) {
    return switch (write.kind()) {
      case SAVE_IF_ABSENT -> value == null;
      case REPLACE -> value != null && value.equals(write.expected());
      case DELETE -> value != null;
      default -> true;
    };
  }

  private static @Nullable String valueAfter(Operation write) {
    return write.kind() == Kind.DELETE ? null : write.grant();
  }

  /**
   * Tells whether a read, or a write that answered that it changed nothing, can have seen this
   * value.
   */
  private static boolean observes(Operation operation, @Nullable String value) {
    return operation.kind() == Kind.READ
        ? Objects.equals(operation.grant(), value)
        : !applies(operation, value);
  }
}
