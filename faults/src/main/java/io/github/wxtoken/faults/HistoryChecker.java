package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a store kept its guarantees in a history that begins with empty data. The history
 * contains all writes, and no two of them write the same grant.
 */
final class HistoryChecker {
  private static final String NOTHING = "nothing";

  private HistoryChecker() {}

  /** A guarantee of a store. */
  enum Rule {
    /** Reads return only written values. */
    READS_ARE_OF_WRITES,
    /** An acknowledged write stays until a later write replaces it. */
    NO_ACKNOWLEDGED_WRITE_IS_LOST,
    /** A grant that was replaced by its successor is not stored a second time. */
    NO_RETIRED_GRANT_COMES_BACK,
    /** The operations on an openid have an order that explains all their answers. */
    LINEARIZABLE,
    /** A lease has one holder at a time, until it expires. */
    ONE_HOLDER_OF_A_LEASE
  }

  /** A violation of a rule in a history. */
  record Violation(Rule rule, String key, String what) {}

  /** Returns the violations; empty if there are none. */
  static List<Violation> violations(History history) {
    List<Violation> violations = new ArrayList<>();
    history
        .ofTokens()
        .forEach((key, operations) -> violations.addAll(new OfKey(key, operations).violations()));
    LeaseHistory.sharedLeases(history)
        .forEach(
            shared ->
                violations.add(
                    new Violation(Rule.ONE_HOLDER_OF_A_LEASE, shared.key(), shared.what())));
    return violations;
  }

  /** Checks the first four rules for one openid. */
  private static final class OfKey {
    private final String key;
    private final List<Operation> operations;
    private final List<Violation> violations = new ArrayList<>();

    OfKey(String key, List<Operation> operations) {
      this.key = key;
      this.operations =
          operations.stream().filter(each -> each.outcome() != Outcome.FAILED).toList();
    }

    List<Violation> violations() {
      readsAreOfWrites();
      nothingIsLost();
      nothingRetiredComesBack();
      if (!Linearizability.holds(operations)) {
        add(Rule.LINEARIZABLE, "no order explains its " + operations.size() + " operations");
      }
      return violations;
    }

    private void readsAreOfWrites() {
      Map<String, Long> firstWritten = new HashMap<>();
      firstWritten.put(NOTHING, Long.MIN_VALUE);
      writes(true).forEach(write -> firstWritten.merge(written(write), write.invoked(), Math::min));
      for (Operation read : reads()) {
        if (firstWritten.getOrDefault(found(read), Long.MAX_VALUE) > read.ended()) {
          add(Rule.READS_ARE_OF_WRITES, describe(read) + " that nobody had written");
        }
      }
    }

    private void nothingIsLost() {
      Map<String, Long> lastWritten = new HashMap<>();
      lastWritten.put(NOTHING, Long.MIN_VALUE);
      writes(true)
          .forEach(write -> lastWritten.merge(written(write), write.latestEffect(), Math::max));
      NavigableMap<Long, Operation> firstEndedFrom = firstEndedByInvocation();
      for (Operation read : reads()) {
        Long last = lastWritten.get(found(read));
        Map.Entry<Long, Operation> later = last == null ? null : firstEndedFrom.higherEntry(last);
        if (later != null && later.getValue().ended() < read.invoked()) {
          add(
              Rule.NO_ACKNOWLEDGED_WRITE_IS_LOST,
              describe(read) + " after " + describe(later.getValue()));
        }
      }
    }

    /** Returns, of the acknowledged writes invoked from a moment on, the one that ended first. */
    private NavigableMap<Long, Operation> firstEndedByInvocation() {
      NavigableMap<Long, Operation> first = new TreeMap<>();
      List<Operation> acknowledged = new ArrayList<>(writes(false));
      acknowledged.sort(Comparator.comparingLong(Operation::invoked).reversed());
      Operation earliest = null;
      for (Operation write : acknowledged) {
        earliest = earliest == null || write.ended() < earliest.ended() ? write : earliest;
        first.put(write.invoked(), earliest);
      }
      return first;
    }

    private void nothingRetiredComesBack() {
      Map<String, Long> retired = retired();
      for (Operation operation : operations) {
        boolean read = operation.kind() == Kind.READ && operation.outcome() == Outcome.OK;
        String grant = read ? found(operation) : written(operation);
        if ((read || operation.isAcknowledgedWrite())
            && retired.getOrDefault(grant, Operation.NEVER) < operation.invoked()) {
          add(
              Rule.NO_RETIRED_GRANT_COMES_BACK,
              describe(operation) + " whose successor had been acknowledged");
        }
      }
    }

    /**
     * Returns when a direct or later successor of each grant was acknowledged for the first time.
     */
    private Map<String, Long> retired() {
      Map<String, Long> retired = new HashMap<>();
      List<Operation> latestFirst = new ArrayList<>(writes(true));
      // A grant is succeeded only after it was written.
      latestFirst.sort(Comparator.comparingLong(Operation::invoked).reversed());
      for (Operation write : latestFirst) {
        if (write.kind() == Kind.REPLACE && !written(write).equals(write.expected())) {
          long later = retired.getOrDefault(written(write), Operation.NEVER);
          retired.merge(
              String.valueOf(write.expected()), Math.min(write.latestEffect(), later), Math::min);
        }
      }
      return retired;
    }

    private List<Operation> reads() {
      return operations.stream()
          .filter(each -> each.kind() == Kind.READ && each.outcome() == Outcome.OK)
          .toList();
    }

    /** Returns the acknowledged writes, with or without those of unknown outcome. */
    private List<Operation> writes(boolean unknownToo) {
      return operations.stream()
          .filter(each -> unknownToo ? each.mayHaveWritten() : each.isAcknowledgedWrite())
          .toList();
    }

    private void add(Rule rule, String what) {
      violations.add(new Violation(rule, key, what));
    }
  }

  private static String found(Operation read) {
    return orNothing(read.grant());
  }

  private static String written(Operation write) {
    return write.kind() == Kind.DELETE ? NOTHING : orNothing(write.grant());
  }

  private static String orNothing(@Nullable String grant) {
    return grant == null ? NOTHING : grant;
  }

  private static String describe(Operation operation) {
    return operation.process() + "'s " + operation.kind() + " of " + orNothing(operation.grant());
  }
}
