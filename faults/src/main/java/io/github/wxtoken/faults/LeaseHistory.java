package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.faults.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The holders of each lease in time. */
final class LeaseHistory {
  /**
   * Two clocks always differ slightly, and a busy server may use a clock value that it read a while
   * ago.
   */
  private static final long CLOCKS_DIFFER = Duration.ofMillis(100).toNanos();

  private LeaseHistory() {}

  /** A lease with two holders at the same time. */
  record Shared(String key, String what) {}

  /** The time during which a holder could rightly regard a lease as its own. */
  private record Holding(String holder, String name, long from, long to, long over) {}

  /**
   * Returns the leases that had two holders, although neither had exceeded the lease's duration.
   */
  static List<Shared> sharedLeases(History history) {
    List<Shared> shared = new ArrayList<>();
    holdings(history)
        .forEach(
            (name, holdings) -> {
              Holding last = null;
              for (Holding next : holdings) {
                if (next.from() >= next.to()) {
                  continue; // The lease expired before its holder received it.
                }
                if (last != null && next.from() < last.to()) {
                  shared.add(
                      new Shared(name, next.holder() + " had it while " + last.holder() + " did"));
                }
                last = last == null || next.to() > last.to() ? next : last;
              }
            });
    return shared;
  }

  /**
   * Returns the compare-and-sets of an openid's token whose holder's lease, named {@code
   * refresh:<openid>}, had expired when they ended: each may have cost one more refresh.
   */
  static List<Operation> overruns(History history) {
    Map<String, List<Holding>> holdings = holdings(history);
    return history
        .all(Kind.REPLACE)
        .filter(replace -> replace.ended() != Operation.NEVER)
        .filter(
            replace ->
                holdings.getOrDefault("refresh:" + replace.key(), List.of()).stream()
                    .filter(each -> each.holder().equals(replace.process()))
                    .filter(each -> each.from() <= replace.invoked())
                    .reduce((one, later) -> later)
                    .filter(each -> each.over() < replace.ended())
                    .isPresent())
        .toList();
  }

  private static Map<String, List<Holding>> holdings(History history) {
    Map<String, Long> released = new HashMap<>();
    history
        .all(Kind.RELEASE)
        .forEach(release -> released.put(String.valueOf(release.grant()), release.invoked()));
    Map<String, List<Holding>> holdings = new HashMap<>();
    history
        .all(Kind.LEASE)
        .flatMap(lease -> holding(lease, released).stream())
        .sorted(Comparator.comparingLong(Holding::from))
        .forEach(
            each -> holdings.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each));
    return holdings;
  }

  private static Optional<Holding> holding(Operation lease, Map<String, Long> released) {
    if (lease.outcome() != Outcome.OK || !lease.done()) {
      return Optional.empty();
    }
    // Counted from before the request was sent, as a holder does.
    long over = lease.invoked() + lease.atMost();
    long given = released.getOrDefault(String.valueOf(lease.grant()), Operation.NEVER);
    long to = Math.min(over - CLOCKS_DIFFER, given);
    return Optional.of(new Holding(lease.process(), lease.key(), lease.ended(), to, over));
  }
}
