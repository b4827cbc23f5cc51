package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that is to be killed while it refreshes some users' tokens.
 *
 * @param point the point at which it is killed
 * @param over the users whose tokens have expired
 * @param due the users whose tokens are due for a refresh, and still valid
 */
record Victim(NodeProcess node, Point point, List<String> over, List<String> due) {
  Stream<String> users() {
    return Stream.concat(over.stream(), due.stream());
  }

  /**
   * Asserts that the kill has cost one more call to WeChat if it came between the request and the
   * compare-and-set, and otherwise none; calls of holders that overran their lease do not count.
   */
  void assertCalls(Cluster cluster, List<Operation> overruns) {
    long least = point == Point.AFTER_ANSWER || point == Point.BEFORE_REPLACE ? 2 : 1;
    // It is unknown whether a request under way had left the killed process.
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
