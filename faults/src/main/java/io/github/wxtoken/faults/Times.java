package io.github.wxtoken.faults;

import io.github.wxtoken.RefreshPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long the clients of a cluster wait, as a consistent set.
 *
 * @param http for WeChat
 * @param policy for the store, a peer and in all
 */
record Times(Duration http, RefreshPolicy policy) {
  /** Longer ones, where a busy machine must not make a fault that the test does not want. */
  static final Times PATIENT =
      new Times(
          Duration.ofSeconds(10),
          new RefreshPolicy(
              Duration.ofSeconds(60),
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              Duration.ofSeconds(120)));

  /** A lease that a test can wait for, and a token that is due for so long that it stays so. */
  static final Times SHORT =
      new Times(
          Duration.ofSeconds(2),
          new RefreshPolicy(
              Duration.ofMinutes(20),
              Duration.ofSeconds(1),
              Duration.ofSeconds(5),
              Duration.ofSeconds(12)));

  /** For another process. */
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
