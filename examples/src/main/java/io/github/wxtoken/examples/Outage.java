package io.github.wxtoken.examples;

import io.github.wxtoken.examples.Result.Kill;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Kills a node during its work, without a chance to clean up, and restarts it. */
final class Outage {
  private final Cluster cluster;
  private final int node;
  private final LoadBalancer balancer;
  private volatile @Nullable Duration downFor;

  Outage(Cluster cluster, int node, LoadBalancer balancer) {
    this.cluster = cluster;
    this.node = node;
    this.balancer = balancer;
  }

  void happen() throws Trouble, InterruptedException {
    cluster.node(node).kill();
    long start = System.nanoTime();
    try {
      cluster.restart(node);
    } catch (IOException e) {
      throw new Trouble(String.valueOf(e.getMessage()));
    }
    downFor = Duration.ofNanos(System.nanoTime() - start);
  }

  /** Returns the facts about the kill for the report. */
  Kill story(String phase) {
    return new Kill(
        node + 1,
        phase,
        balancer.cutOff(),
        balancer.foundDown(),
        downFor,
        downFor == null ? 0 : cluster.node(node).answers());
  }
}
