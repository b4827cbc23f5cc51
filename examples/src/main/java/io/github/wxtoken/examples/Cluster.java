package io.github.wxtoken.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The nodes, numbered from 0; in the output, from 1. */
final class Cluster implements AutoCloseable {
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final Map<String, String> environment;
  private final Path logs;
  private volatile Duration clockOffset = Duration.ZERO;

  /**
   * @param environment the configuration of a {@link Node}
   * @param logs the folder for the nodes' logs
   */
  Cluster(Map<String, String> environment, Path logs) {
    this.environment = environment;
    this.logs = logs;
  }

  /** Starts all nodes at once, and waits until they serve. */
  void start(int count) throws IOException {
    for (int node = 0; node < count; node++) {
      nodes.add(launch(node));
    }
    for (NodeProcess node : nodes) {
      node.awaitReady();
    }
  }

  private NodeProcess launch(int node) throws IOException {
    return NodeProcess.start(environment, clockOffset, logs.resolve("node-" + (node + 1) + ".log"));
  }

  int size() {
    return nodes.size();
  }

  NodeProcess node(int node) {
    return nodes.get(node);
  }

  /** Moves the clock of every node, including those that start later. */
  void setClocks(Duration offset) throws IOException {
    clockOffset = offset;
    for (NodeProcess node : nodes) {
      node.setClock(offset);
    }
  }

  /** Returns the counts of all nodes' listeners; those of a killed node are lost. */
  Metrics metrics() throws IOException {
    Metrics sum = new Metrics();
    for (NodeProcess node : nodes) {
      if (node.isAlive()) {
        sum.addLine(node.metrics());
      }
    }
    return sum;
  }

  /** Restarts a killed node, and waits until it serves. */
  void restart(int node) throws IOException {
    NodeProcess next = launch(node);
    try {
      next.awaitReady();
    } catch (IOException e) {
      next.abandon();
      throw e;
    }
    nodes.set(node, next);
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }

  /** Ends all processes now. */
  void abandon() {
    nodes.forEach(NodeProcess::abandon);
  }
}
