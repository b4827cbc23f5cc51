package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A simulator of WeChat, a store, processes that use both, and the history of their operations. */
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

  /** Creates a cluster that stores tokens unencrypted. */
  Cluster(String url, Times times) {
    this(url, times, KeyRing.NONE);
  }

  /** Creates a cluster. The keys encrypt the tokens of users who sign in. */
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

  /** Starts this number of processes at once. */
  List<NodeProcess> start(int count) {
    return start(count, KeyRing.NONE);
  }

  /** Starts this number of processes with these keys at once. */
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

  /** Requires one clock: a history's order across processes depends on it. */
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

  /** Signs in this number of users, with tokens of this lifetime; then resets all counters. */
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

  /** Moves the clocks of WeChat and of these processes. */
  void advance(Duration time, List<NodeProcess> those) {
    weChat.clock().advance(time);
    synchronizeClocks(those, Duration.ZERO);
  }

  /** Sets the clocks to WeChat's; every second clock is ahead of it, the others behind. */
  void synchronizeClocks(List<NodeProcess> those, Duration off) {
    Duration weChats = Duration.between(Instant.now(), weChat.clock().instant());
    for (int i = 0; i < those.size(); i++) {
      Duration clock = i % 2 == 0 ? weChats.plus(off) : weChats.minus(off);
      those.get(i).send("clock " + clock.toMillis()).join();
    }
  }

  /** Sends the command to these processes at once, and adds up equal outcomes. */
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

  /** Returns the store itself, below the encrypting view. */
  TokenStore records() {
    return opened;
  }

  String newState(String visitor) {
    return login.newState(visitor);
  }

  /** Tells whether WeChat accepts the stored token. */
  boolean isAlive(String openid) {
    return login.verifyToken(openid, String.valueOf(stored(openid).accessToken()));
  }

  /** Returns the operations of all processes so far; no process may be running an operation. */
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
