package io.github.wxtoken.bench;

import io.github.wxtoken.bench.LocalBenchmark.Local;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The options of the command line.
 *
 * @param warmUp milliseconds of calls before the first round, half of them for each of a pair: with
 *     less, the JIT compiler still works during the rounds, and it compiles the driver's code first
 * @param rounds the number of measurements of each of a pair
 * @param millis the duration of one measurement
 * @param threads the numbers of concurrent threads, one run each
 * @param pairings the pairs to compare
 * @param locals the stores without a peer to measure
 * @param appTokens the ways to get the app's own token to measure
 * @param json whether JSON is measured
 * @param out the folder of the results
 */
record BenchOptions(
    int warmUp,
    int rounds,
    int millis,
    List<Integer> threads,
    Set<Pairing> pairings,
    Set<Local> locals,
    Set<AppToken> appTokens,
    boolean json,
    Path out,
    boolean help) {

  static final String USAGE =
      """
      Measures what every store costs, beside its raw driver in the same run, and writes the
      tables to results.md and results.json.

        --short        at 16 threads only, in 3 minutes (default: everything, in 50)
        --only A,B     some pairings of those listed below, and nothing else
        --app-tokens   the app's own token from memory, each store and WxJava, and nothing else
        --threads A,B  how many threads call at once (default 1,16,64)
        --warm-up N    milliseconds before the first round (default 12000)
        --rounds N     how often each of a pair has its turn (default 30)
        --millis N     how long a turn is (default 250)
        --out DIR      where the results go (default: the working directory)
        --help         shows this

      Pairings: %s

      Servers are those that WXTOKEN_BENCH_MYSQL_URL, _MARIADB_URL, _POSTGRESQL_URL, _REDIS_URL
      and _MONGODB_URL name, each an empty database of its own, or else containers. What is not to be had is skipped.
      """
          .formatted(names());

  /** The pairings that the short run omits. */
  private static final Set<Pairing> LONG_ONLY =
      EnumSet.of(
          Pairing.MYSQL_DATA_SOURCE,
          Pairing.MYSQL_CLIENT,
          Pairing.MYSQL_ENCRYPTED,
          Pairing.MARIADB,
          Pairing.REDIS_ENCRYPTED);

  /**
   * Parses the command line.
   *
   * @throws IllegalArgumentException if an argument is wrong; the message is for the user
   */
  static BenchOptions parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    boolean isShort = rest.removeFirstOccurrence("--short");
    BenchOptions options = isShort ? shortRun() : longRun();
    while (!rest.isEmpty()) {
      options = options.with(rest.pop(), rest);
    }
    return options;
  }

  private static BenchOptions longRun() {
    return new BenchOptions(
        12_000,
        30,
        250,
        List.of(1, 16, 64),
        EnumSet.allOf(Pairing.class),
        EnumSet.allOf(Local.class),
        EnumSet.allOf(AppToken.class),
        true,
        Path.of(""),
        false);
  }

  private static BenchOptions shortRun() {
    return new BenchOptions(
        4_000,
        10,
        100,
        List.of(16),
        EnumSet.complementOf(EnumSet.copyOf(LONG_ONLY)),
        EnumSet.of(Local.CLIENT),
        EnumSet.of(AppToken.MEMORY, AppToken.WXJAVA_MEMORY),
        true,
        Path.of(""),
        false);
  }

  private BenchOptions with(String name, Deque<String> rest) {
    int warmUp = this.warmUp;
    int rounds = this.rounds;
    int millis = this.millis;
    List<Integer> threads = this.threads;
    Set<Pairing> pairings = this.pairings;
    Set<Local> locals = this.locals;
    Set<AppToken> appTokens = this.appTokens;
    boolean json = this.json;
    Path out = this.out;
    boolean help = this.help;
    switch (name) {
      case "--only" -> {
        pairings = pairings(name, rest);
        locals = EnumSet.noneOf(Local.class);
        appTokens = EnumSet.noneOf(AppToken.class);
        json = false;
      }
      case "--app-tokens" -> {
        pairings = EnumSet.noneOf(Pairing.class);
        locals = EnumSet.noneOf(Local.class);
        appTokens = EnumSet.allOf(AppToken.class);
        json = false;
      }
      case "--threads" -> threads = counts(name, rest);
      case "--warm-up" -> warmUp = count(name, value(name, rest), 40, 600_000);
      case "--rounds" -> rounds = count(name, value(name, rest), 1, 1_000);
      case "--millis" -> millis = count(name, value(name, rest), 10, 60_000);
      case "--out" -> out = Path.of(value(name, rest));
      case "--help" -> help = true;
      default -> throw new IllegalArgumentException("There is no option " + name + "; see --help.");
    }
    return new BenchOptions(
        warmUp, rounds, millis, threads, pairings, locals, appTokens, json, out, help);
  }

  private static String value(String name, Deque<String> rest) {
    String value = rest.poll();
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " needs a value.");
    }
    return value;
  }

  private static Set<Pairing> pairings(String name, Deque<String> rest) {
    EnumSet<Pairing> pairings = EnumSet.noneOf(Pairing.class);
    for (String one : value(name, rest).split(",", -1)) {
      try {
        pairings.add(Pairing.valueOf(one.toUpperCase(Locale.ROOT).replace('-', '_')));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + " needs some of " + names() + ".");
      }
    }
    return pairings;
  }

  private static String names() {
    return String.join(
        ", ",
        Stream.of(Pairing.values())
            .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList());
  }

  private static List<Integer> counts(String name, Deque<String> rest) {
    return Arrays.stream(value(name, rest).split(",", -1))
        .map(one -> count(name, one, 1, 1_000))
        .toList();
  }

  private static int count(String name, String text, int least, int most) {
    try {
      int count = Integer.parseInt(text);
      if (count >= least && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the rule.
    }
    throw new IllegalArgumentException(
        name + " needs a whole number from " + least + " to " + most + ".");
  }
}
