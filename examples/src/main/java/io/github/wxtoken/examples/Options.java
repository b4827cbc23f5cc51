package io.github.wxtoken.examples;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The options of the demo's command line.
 *
 * @param store the URL of the store, or null for a SQLite file in the temporary folder
 * @param seed determines who visits which node, and which node is killed
 */
record Options(
    int nodes,
    int users,
    int rounds,
    @Nullable String store,
    long seed,
    boolean kill,
    boolean help) {

  static final String USAGE =
      """
      Runs a cluster of web servers that sign users in with a simulated WeChat, and checks that
      no token is lost, nobody is logged out and each expiry costs one refresh per user.

        --nodes N      processes (default 4)
        --users N      users (default 1000)
        --rounds N     how often all tokens expire (default 3)
        --store URL    where tokens are kept (default: a SQLite file that is deleted afterwards),
                       such as file:DIR, jdbc:sqlite:FILE, jdbc:mysql://USER:PASSWORD@HOST/DB,
                       rediss://HOST or mongodb://HOST/DB; MySQL and MongoDB with
                       ?wxtoken.createSchema=true where there is no table or index yet
        --seed N       repeats who visits which node (default: random, shown in the report)
        --no-kill      no process is killed (default: one, in the middle of a round)
        --help         shows this

      Exit status: 0 if every promise held, 1 if not, 2 if it could not begin.
      """;

  /** Tells whether a node will be killed: a kill needs a round to happen in. */
  boolean kills() {
    return kill && rounds > 0;
  }

  /** Returns the round in which a node is killed. */
  int killingRound() {
    return (rounds + 1) / 2;
  }

  /**
   * Parses the command line.
   *
   * @throws IllegalArgumentException if an argument is wrong; the message is for the user
   */
  static Options parse(List<String> arguments) {
    Options options =
        new Options(4, 1000, 3, null, ThreadLocalRandom.current().nextInt(1_000_000), true, false);
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      options = options.with(rest.pop(), rest);
    }
    if (options.nodes == 1 && options.kills()) {
      throw new IllegalArgumentException("--nodes 1 needs --no-kill: nobody would be left.");
    }
    return options;
  }

  private Options with(String name, Deque<String> rest) {
    return switch (name) {
      case "--nodes" ->
          new Options(count(name, rest, 1, 64), users, rounds, store, seed, kill, help);
      case "--users" ->
          new Options(nodes, count(name, rest, 1, 100_000), rounds, store, seed, kill, help);
      // After more rounds the refresh token, which is valid for 30 days, would have expired.
      case "--rounds" ->
          new Options(nodes, users, count(name, rest, 0, 300), store, seed, kill, help);
      case "--store" -> new Options(nodes, users, rounds, value(name, rest), seed, kill, help);
      case "--seed" ->
          new Options(
              nodes, users, rounds, store, count(name, rest, 0, Integer.MAX_VALUE), kill, help);
      case "--no-kill" -> new Options(nodes, users, rounds, store, seed, false, help);
      case "--help" -> new Options(nodes, users, rounds, store, seed, kill, true);
      default -> throw new IllegalArgumentException("There is no option " + name + "; see --help.");
    };
  }

  private static String value(String name, Deque<String> rest) {
    String value = rest.poll();
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " needs a value.");
    }
    return value;
  }

  private static int count(String name, Deque<String> rest, int least, int most) {
    try {
      int count = Integer.parseInt(value(name, rest));
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
