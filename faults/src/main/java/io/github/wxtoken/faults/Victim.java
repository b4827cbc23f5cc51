package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that is to die on its way to some users' tokens.
 *
 * @param point where
 * @param over those whose tokens are over
 * @param due those whose tokens are to be refreshed, and still valid
 */
record Victim(NodeProcess node, Point point, List<String> over, List<String> due) {
  Stream<String> users() {
    return Stream.concat(over.stream(), due.stream());
  }

  /**
   * Asserts that the kill has cost one more call to WeChat if it came between the request and the
   * compare-and-set, and otherwise none; overruns aside.
   */
  void assertCalls(Cluster cluster, List<Operation> overruns) {
    long least = point == Point.AFTER_ANSWER || point == Point.BEFORE_REPLACE ? 2 : 1;
    // Of a request under way nobody knows whether it had left the dying process.
    long most = point == Point.BEFORE_ANSWER ? 2 : least;
    List<String> overrun = overruns.stream().map(Operation::key).toList();
    assertThat(users())
        .as("killed at %s", point)
        .allSatisfy(
            user ->
                assertThat(refreshesOf(cluster, user))
                    .isLessThanOrEqualTo(most + Collections.frequency(overrun, user)));
    assertThat(over)
        .as("killed at %s", point)
        .allSatisfy(user -> assertThat(refreshesOf(cluster, user)).isGreaterThanOrEqualTo(least));
  }

  private static long refreshesOf(Cluster cluster, String user) {
    return cluster.weChat().counters().refreshesOfOpenid(user);
  }
}
