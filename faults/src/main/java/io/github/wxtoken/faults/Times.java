package io.github.wxtoken.faults;

import io.github.wxtoken.RefreshPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The timeouts of the clients of a cluster, as a consistent set.
 *
 * @param http for WeChat
 * @param policy for the store, for waiting for a peer, and in total
 */
record Times(Duration http, RefreshPolicy policy) {
  /** Long timeouts, for tests in which a busy machine must not cause a fault. */
  static final Times PATIENT =
      new Times(
          Duration.ofSeconds(10),
          new RefreshPolicy(
              Duration.ofSeconds(60),
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              Duration.ofSeconds(120)));

  /** A lease that a test can wait for, and a token that stays due long enough. */
  static final Times SHORT =
      new Times(
          Duration.ofSeconds(2),
          new RefreshPolicy(
              Duration.ofMinutes(20),
              Duration.ofSeconds(1),
              Duration.ofSeconds(5),
              Duration.ofSeconds(12)));

  /** Returns the text for another process. */
  String toText() {
    return Stream.of(
            http, policy.refreshAhead(), policy.storeTimeout(), policy.lease(), policy.deadline())
        .map(Duration::toString)
        .collect(Collectors.joining(" "));
  }

  static Times fromText(String text) {
    List<Duration> times = Stream.of(text.split(" ", -1)).map(Duration::parse).toList();
    return new Times(
        times.get(0), new RefreshPolicy(times.get(1), times.get(2), times.get(3), times.get(4)));
  }
}
