package io.github.wxtoken.examples.mixed;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** The counts of a {@link Scenario} on one store, and its failures. Thread-safe. */
final class Counts {
  static final String HEAD =
      "  %-26s %7s %9s  %8s %6s %8s %8s %8s"
          .formatted(
              "store", "logins", "profiles", "by Java", "early", "refused", "by Node", "by both");

  private final LongAdder logins = new LongAdder();
  private final LongAdder profiles = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final ConcurrentMap<String, Integer> failures = new ConcurrentHashMap<>();
  private volatile long byJava;
  private volatile long early;
  private volatile long byNode;
  private volatile long byBoth;

  /** Counts a sign-in of the right user. */
  void login() {
    logins.increment();
  }

  /** Counts a profile of the right user. */
  void profile() {
    profiles.increment();
  }

  /** Counts whether WeChat refused Node, which had taken an expired token for valid. */
  void refused(boolean refusal) {
    refused.add(refusal ? 1 : 0);
  }

  /** Counts calls to WeChat when only Java notices that tokens have expired. */
  void refreshedByJava(long calls) {
    byJava = calls;
  }

  /** Counts calls to WeChat when tokens are about to expire and Java is asked for them. */
  void refreshedEarly(long calls) {
    early = calls;
  }

  /** Counts calls to WeChat when Node is asked for tokens that have expired, and then Java. */
  void refreshedByNode(long calls) {
    byNode = calls;
  }

  /** Counts calls to WeChat when both sides are asked for them at the same moment. */
  void refreshedByBoth(long calls) {
    byBoth = calls;
  }

  void fail(String what) {
    failures.merge(what, 1, Integer::sum);
  }

  /** Returns the failures and their numbers; empty if the store can be shared. */
  Map<String, Integer> failures() {
    return new TreeMap<>(failures);
  }

  /** Returns a line of the table that {@link #HEAD} begins. */
  String row(String store) {
    return String.format(
        Locale.ROOT,
        "  %-26s %,7d %,9d  %,8d %,6d %,8d %,8d %,8d  %s",
        store,
        logins.sum(),
        profiles.sum(),
        byJava,
        early,
        refused.sum(),
        byNode,
        byBoth,
        failures.isEmpty() ? "passed" : "FAILED");
  }
}
