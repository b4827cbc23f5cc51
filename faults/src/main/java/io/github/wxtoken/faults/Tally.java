package io.github.wxtoken.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The servers that suites ran against, and how many of their cases passed, failed and were skipped.
 */
final class Tally {
  private final Map<String, Counts> counts = new ConcurrentHashMap<>();
  private final Map<String, Set<Server>> servers = new ConcurrentHashMap<>();
  private final Set<String> contracts = ConcurrentHashMap.newKeySet();

  /** A server as the table shows it. */
  record Server(String what, String how) implements Comparable<Server> {
    static final Server NONE = new Server("", "");
    private static final String WHAT = "ran against";
    private static final String HOW = "by";

    /** Returns the report of a test through JUnit. */
    Map<String, String> toReport() {
      return Map.of(WHAT, what, HOW, how);
    }

    static Optional<Server> fromReport(Map<String, String> report) {
      String what = report.get(WHAT);
      String how = report.get(HOW);
      return what == null || how == null ? Optional.empty() : Optional.of(new Server(what, how));
    }

    @Override
    public int compareTo(Server that) {
      return toString().compareTo(that.toString());
    }
  }

  /** The results of a suite's cases. */
  record Counts(long passed, long failed, long skipped) {
    static final Counts PASSED = new Counts(1, 0, 0);
    static final Counts FAILED = new Counts(0, 1, 0);
    static final Counts SKIPPED = new Counts(0, 0, 1);

    Counts plus(Counts more) {
      return new Counts(passed + more.passed, failed + more.failed, skipped + more.skipped);
    }
  }

  /** A row of the table. */
  record Row(String module, String suite, Server server, Counts counts) {

    String toLine() {
      return String.join(
          "\t",
          module,
          suite,
          server.what,
          server.how,
          Long.toString(counts.passed),
          Long.toString(counts.failed),
          Long.toString(counts.skipped));
    }

    static Row fromLine(String line) {
      String[] cell = line.split("\t", -1);
      return new Row(
          cell[0],
          cell[1],
          new Server(cell[2], cell[3]),
          new Counts(Long.parseLong(cell[4]), Long.parseLong(cell[5]), Long.parseLong(cell[6])));
    }
  }

  void runsTheContract(String suite) {
    contracts.add(suite);
  }

  void ranAgainst(String suite, Server server) {
    servers.computeIfAbsent(suite, key -> new ConcurrentSkipListSet<>()).add(server);
  }

  void count(String suite, Counts more) {
    counts.merge(suite, more, Counts::plus);
  }

  /** Returns a row for each suite that runs the contract, and for each server of any suite. */
  List<Row> rows(String module) {
    List<Row> rows = new ArrayList<>();
    counts.forEach(
        (suite, counted) -> {
          Set<Server> known = servers.getOrDefault(suite, Set.of());
          known.forEach(server -> rows.add(new Row(module, suite, server, counted)));
          if (known.isEmpty() && contracts.contains(suite)) {
            rows.add(new Row(module, suite, Server.NONE, counted));
          }
        });
    rows.sort(Comparator.comparing(Row::suite));
    return rows;
  }
}
