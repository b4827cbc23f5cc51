package io.github.wxtoken.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends browsers' requests to nodes, and to another node if one was killed, as a load balancer
 * does.
 */
final class LoadBalancer {
  /** Longer than a caller's deadline in wxtoken: the node must give up first. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final HttpClient http;
  private final Cluster cluster;
  private final Set<String> usersCutOff = ConcurrentHashMap.newKeySet();
  private final LongAdder cutOff = new LongAdder();
  private final LongAdder foundDown = new LongAdder();

  LoadBalancer(HttpClient http, Cluster cluster) {
    this.http = http;
    this.cluster = cluster;
  }

  /**
   * Gets a page from a node, or from the next one if that was killed.
   *
   * @param user the user who asks
   * @param path the path and the query
   * @throws Trouble if a node fails that was not killed
   */
  HttpResponse<String> get(int node, String user, String path, String cookie)
      throws Trouble, InterruptedException {
    for (int next = node; ; next = (next + 1) % cluster.size()) {
      NodeProcess target = cluster.node(next);
      // Only a request that was sent before the kill can have been processed.
      boolean mayArrive = target.isAlive();
      try {
        HttpResponse<String> answer = send(target.uri().resolve(path), "Cookie", cookie);
        target.countAnswer();
        return answer;
      } catch (IOException e) {
        if (!target.wasKilled()) {
          throw new Trouble("node " + (next + 1) + ": " + e);
        }
        reroute(user, mayArrive);
      }
    }
  }

  private void reroute(String user, boolean mayHaveArrived) {
    if (mayHaveArrived) {
      cutOff.increment();
      usersCutOff.add(user);
    } else {
      foundDown.increment();
    }
  }

  /** Gets a page from WeChat, which is not behind this load balancer. */
  HttpResponse<String> getFromWeChat(String url, String user) throws Trouble, InterruptedException {
    try {
      return send(URI.create(url), "X-Simulator-User", user);
    } catch (IOException e) {
      throw new Trouble("the simulator: " + e);
    }
  }

  private HttpResponse<String> send(URI uri, String header, String value)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(PATIENCE).setHeader(header, value).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Returns the users whose requests a node may have been processing when it was killed. */
  Set<String> usersCutOff() {
    return Set.copyOf(usersCutOff);
  }

  /** Returns the number of requests that a node may have been processing when it was killed. */
  long cutOff() {
    return cutOff.sum();
  }

  /** Returns the number of requests to a killed node that had not restarted yet. */
  long foundDown() {
    return foundDown.sum();
  }
}
