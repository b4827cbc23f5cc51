package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A WeChat, a store, processes that use both, and the history of what they do. */
final class Cluster implements AutoCloseable {
  private static final String SCOPE = "snsapi_userinfo";

  private final String url;
  private final Times times;
  private final History history = new History();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final WeChatSimulator weChat;
  private final TokenStore opened;
  private final RecordingTokenStore store;
  private final WeChatOAuth login;

  /** A cluster that stores tokens in the clear. */
  Cluster(String url, Times times) {
    this(url, times, KeyRing.NONE);
  }

  /** With the keys by which users who sign in are stored. */
  Cluster(String url, Times times, KeyRing keys) {
    this.url = url;
    this.times = times;
    weChat = WeChatSimulator.start();
    opened = TokenStores.open(url);
    store = new RecordingTokenStore(keys.view(opened), "parent", history);
    login =
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .build();
  }

  /** Starts so many processes, at once. */
  List<NodeProcess> start(int count) {
    return start(count, KeyRing.NONE);
  }

  /** Starts so many processes with these keys, at once. */
  List<NodeProcess> start(int count, KeyRing keys) {
    List<NodeProcess> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      NodeProcess node = NodeProcess.start("node" + nodes.size(), url, keys, weChat, times);
      nodes.add(node);
      started.add(node);
    }
    started.forEach(NodeProcess::answer);
    started.forEach(Cluster::requireOneClock);
    return started;
  }

  /** What a history's order across processes rests on. */
  private static void requireOneClock(NodeProcess node) {
    long before = System.nanoTime();
    long there = Long.parseLong(node.send("now").join().get(0));
    assertThat(there).isBetween(before, System.nanoTime());
  }

  WeChatSimulator weChat() {
    return weChat;
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  /** Has so many users sign in, whose tokens live for so long; then nothing has been counted. */
  List<String> signIn(String name, int count, Duration life) {
    weChat.behaviour().expiresIn(Math.toIntExact(life.toSeconds()));
    List<String> users =
        IntStream.range(0, count)
            .mapToObj(i -> weChat.authorize(WeChatSimulator.APPID, name + i, SCOPE))
            .map(code -> login.getAccessToken(code).openid())
            .toList();
    weChat.counters().reset();
    return users;
  }

  /** Moves the time of WeChat and of these processes. */
  void advance(Duration time, List<NodeProcess> those) {
    weChat.clock().advance(time);
    synchronizeClocks(those, Duration.ZERO);
  }

  /** Sets the clocks to WeChat's; every second one is ahead of it, the others behind. */
  void synchronizeClocks(List<NodeProcess> those, Duration off) {
    Duration weChats = Duration.between(Instant.now(), weChat.clock().instant());
    for (int i = 0; i < those.size(); i++) {
      Duration clock = i % 2 == 0 ? weChats.plus(off) : weChats.minus(off);
      those.get(i).send("clock " + clock.toMillis()).join();
    }
  }

  /** Has these processes do it at once, and adds up equal outcomes. */
  static List<String> all(List<NodeProcess> those, String command) {
    return sum(those.stream().map(node -> node.send(command)).toList());
  }

  static List<String> sum(List<CompletableFuture<List<String>>> answers) {
    Map<String, Integer> callers = new TreeMap<>();
    for (CompletableFuture<List<String>> answer : answers) {
      for (String outcome : answer.join()) {
        int count = outcome.lastIndexOf(' ');
        callers.merge(
            outcome.substring(0, count),
            Integer.parseInt(outcome.substring(count + 1)),
            Integer::sum);
      }
    }
    return callers.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList();
  }

  OAuthToken stored(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  /** Returns the store as it is, below what encrypts. */
  TokenStore records() {
    return opened;
  }

  String newState(String visitor) {
    return login.newState(visitor);
  }

  /** Whether WeChat takes the stored token. */
  boolean isAlive(String openid) {
    return login.verifyToken(openid, String.valueOf(stored(openid).accessToken()));
  }

  /** Returns what all processes have done up to now, while none of them does anything. */
  History history() {
    nodes.forEach(node -> history.takeFrom(node.history()));
    return history;
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
    login.close();
    store.close();
    opened.close();
    weChat.close();
  }
}
