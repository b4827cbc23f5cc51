package io.github.wxtoken.examples.boot;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Some processes of the {@link Application} behind a {@link LoadBalancer}, with a simulated WeChat.
 * Sessions and tokens are in Redis.
 */
final class Cluster implements AutoCloseable {
  /** No token or session of an earlier run, whose simulator is gone, and its clock with it. */
  private final String prefix = "wxtoken-example:" + System.currentTimeMillis() + ":";

  private final WeChatSimulator weChat = WeChatSimulator.start();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<URI> addresses;
  private final LoadBalancer balancer;

  /**
   * Starts it, and waits until all nodes serve.
   *
   * @param redis the URL of Redis
   * @param port the port of the load balancer, or 0 for a free one
   * @param tap listens to the traffic
   * @param log for what the nodes print
   */
  Cluster(int size, String redis, int port, LoadBalancer.Tap tap, PrintStream log)
      throws IOException {
    balancer = new LoadBalancer(port, tap);
    for (int number = 1; number <= size; number++) {
      nodes.add(NodeProcess.start(environment(number, redis), log));
    }
    addresses = nodes.stream().map(NodeProcess::uri).toList();
    balancer.sendTo(addresses);
  }

  private Map<String, String> environment(int number, String redis) {
    String tokens = "wxtoken.prefix=" + prefix + "token:&wxtoken.retention=1";
    return Map.of(
        "SPRING_PROFILES_ACTIVE",
        "demo,cluster",
        "EXAMPLE_ENDS_WITH_PARENT",
        "true",
        "EXAMPLE_REDIS_PREFIX",
        prefix,
        "SERVER_PORT",
        "0",
        "EXAMPLE_NODE",
        String.valueOf(number),
        "SPRING_DATA_REDIS_URL",
        redis,
        "WXTOKEN_STORE_URL",
        redis + (redis.contains("?") ? "&" : "?") + tokens,
        "WXTOKEN_SIMULATOR_ENABLED",
        "false",
        "WXTOKEN_API_ENDPOINT",
        weChat.uri().toString(),
        "WXTOKEN_OPEN_ENDPOINT",
        weChat.uri().toString());
  }

  WeChatSimulator weChat() {
    return weChat;
  }

  LoadBalancer balancer() {
    return balancer;
  }

  /** Returns the addresses of the nodes. */
  List<URI> addresses() {
    return addresses;
  }

  /** Kills a node, from 0. */
  void kill(int node) throws InterruptedException {
    nodes.get(node).kill();
  }

  @Override
  public void close() {
    balancer.close();
    nodes.forEach(NodeProcess::close);
    weChat.close();
  }

  /**
   * Runs two nodes.
   *
   * @param args the URL of Redis and the port of the load balancer, by default {@code
   *     redis://localhost} and 8080
   */
  public static void main(String[] args) throws IOException {
    String redis = args.length > 0 ? args[0] : "redis://localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8080;
    Cluster cluster = new Cluster(2, redis, port, new LoadBalancer.Tap() {}, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
    System.out.println("Two nodes serve. Open " + cluster.balancer().url());
  }
}
