package io.github.wxtoken.examples.boot;

import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application as a browser finds it: behind a {@link LoadBalancer} of whose traffic tests hear.
 * A real browser knows one address.
 */
final class Site implements AutoCloseable {
  /** What tests lock: Spring Boot does not start twice in one JVM at the same moment. */
  static final String SPRING_BOOT = "Spring Boot";

  /** Kills a node, from 0. */
  interface Kill {
    void node(int number) throws InterruptedException;
  }

  private final Traffic traffic;
  private final WeChatSimulator weChat;
  private final LoadBalancer balancer;
  private final List<URI> nodes;
  private final Kill kill;
  private final Runnable close;

  private Site(
      Traffic traffic,
      WeChatSimulator weChat,
      LoadBalancer balancer,
      List<URI> nodes,
      Kill kill,
      Runnable close) {
    this.traffic = traffic;
    this.weChat = weChat;
    this.balancer = balancer;
    this.nodes = nodes;
    this.kill = kill;
    this.close = close;
  }

  /** One node with the simulator inside and SQLite, as the first command starts it. */
  static Site ofOneNode() throws IOException {
    ConfigurableApplicationContext node =
        SpringApplication.run(
            Application.class, "--spring.profiles.active=demo", "--server.port=0");
    Traffic traffic = new Traffic();
    LoadBalancer balancer = new LoadBalancer(0, traffic);
    String port = node.getEnvironment().getProperty("local.server.port");
    Site site =
        new Site(
            traffic,
            node.getBean(WeChatSimulator.class),
            balancer,
            List.of(URI.create("http://localhost:" + port)),
            number -> node.close(),
            () -> {
              balancer.close();
              node.close();
            });
    site.balance();
    return site;
  }

  /** Two processes on Redis, as the second command starts them. */
  static Site ofTwoNodes(String redis) throws IOException {
    Traffic traffic = new Traffic();
    Cluster cluster = new Cluster(2, redis, 0, traffic, System.out);
    return new Site(
        traffic,
        cluster.weChat(),
        cluster.balancer(),
        cluster.addresses(),
        cluster::kill,
        cluster::close);
  }

  /** As it was at the start, but for what earlier users have in the store. */
  void reset() {
    weChat.faults().clear();
    weChat.behaviour().consent(Consent.PAGE).set(Switch.DENIAL_REDIRECTS, false);
    weChat.clock().resume();
    weChat.clock().advance(Duration.ofMinutes(15)); // the next minute, day or state has begun
    weChat.counters().reset();
    traffic.reset();
    balance();
  }

  WeChatSimulator weChat() {
    return weChat;
  }

  /** Another site than WeChat's, which is 127.0.0.1: cookies are as strict as in the wild. */
  String url() {
    return balancer.url();
  }

  /** All requests go to this node, from 0, until {@link #balance}. */
  void pin(int node) {
    balancer.sendTo(List.of(nodes.get(node)));
  }

  /** Each request goes to another node than the one before. */
  void balance() {
    balancer.sendTo(nodes);
  }

  /** Kills a node, from 0, which the load balancer is not told. */
  void kill(int node) throws InterruptedException {
    kill.node(node);
  }

  /** Changes the next callback's path and query between WeChat and us. */
  void alterNextCallback(UnaryOperator<String> change) {
    traffic.onWayBack = change;
  }

  /** How often a browser was redirected to WeChat. */
  int redirects() {
    return traffic.redirects.get();
  }

  /** The paths that WeChat sent browsers to. */
  List<String> callbacks() {
    return traffic.callbacks;
  }

  Calls calls() {
    return Calls.of(weChat.counters());
  }

  @Override
  public void close() {
    close.run();
  }

  private static final class Traffic implements LoadBalancer.Tap {
    private final AtomicInteger redirects = new AtomicInteger();
    private final List<String> callbacks = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<String> onWayBack = UnaryOperator.identity();

    void reset() {
      redirects.set(0);
      callbacks.clear();
      onWayBack = UnaryOperator.identity();
    }

    @Override
    public String asked(String path) {
      if (!path.matches("/login/wechat/main/(callback|consent).*")) {
        return path;
      }
      String altered = onWayBack.apply(path);
      onWayBack = UnaryOperator.identity();
      callbacks.add(altered);
      return altered;
    }

    @Override
    public void redirected(String location) {
      if (location.contains("/connect/oauth2/authorize?")) {
        redirects.incrementAndGet();
      }
    }
  }
}
