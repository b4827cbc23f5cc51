package io.github.wxtoken.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The nodes, numbered from 0; in what people read, from 1. */
final class Cluster implements AutoCloseable {
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final Map<String, String> environment;
  private final Path logs;
  private volatile Duration clockOffset = Duration.ZERO;

  /**
   * @param environment what {@link Node} needs to know
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

  /** Moves the clock of every node, those that start later included. */
  void setClocks(Duration offset) throws IOException {
    clockOffset = offset;
    for (NodeProcess node : nodes) {
      node.setClock(offset);
    }
  }

  /** Returns what the listeners of all nodes have counted; what a killed one had is lost. */
  Metrics metrics() throws IOException {
    Metrics sum = new Metrics();
    for (NodeProcess node : nodes) {
      if (node.isAlive()) {
        sum.addLine(node.metrics());
      }
    }
    return sum;
  }

  /** Starts a node again that was killed, and waits until it serves. */
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
