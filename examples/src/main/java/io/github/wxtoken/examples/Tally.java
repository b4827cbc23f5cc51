package io.github.wxtoken.examples;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the browsers' results. Thread-safe. */
final class Tally {
  private final LongAdder rightProfiles = new LongAdder();
  private final LongAdder wrongProfiles = new LongAdder();
  private final LongAdder loggedOut = new LongAdder();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Latencies latencies = new Latencies();

  void profile(boolean right) {
    (right ? rightProfiles : wrongProfiles).increment();
  }

  /** Counts a signed-in user who was asked to sign in again. */
  void loggedOut() {
    loggedOut.increment();
  }

  void error(String what) {
    errors.computeIfAbsent(what, w -> new LongAdder()).increment();
  }

  long rightProfiles() {
    return rightProfiles.sum();
  }

  long wrongProfiles() {
    return wrongProfiles.sum();
  }

  long timesLoggedOut() {
    return loggedOut.sum();
  }

  SortedMap<String, Long> errors() {
    SortedMap<String, Long> sums = new TreeMap<>();
    errors.forEach((what, count) -> sums.put(what, count.sum()));
    return sums;
  }

  Latencies latencies() {
    return latencies;
  }
}
