package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a store promises to a cluster: 8 processes of 32 threads, JVMs of their own, ask for tokens
 * that are over, and WeChat sees one refresh each. The calls are counted by the simulator, outside
 * the processes.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} takes in every process, and whose
 * module is on the class path of the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("eight more JVMs are more than a machine should have besides other tests")
public abstract class ClusterContract {
  private static final int PROCESSES = 8;
  private static final int THREADS = 32;
  private static final Duration EXPIRED = Duration.ofHours(2).plusSeconds(1);

  private final List<NodeProcess> nodes = new ArrayList<>();
  private WeChatSimulator weChat;
  private TokenStore store;
  private WeChatOAuth login;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // by JUnit, before the first test
  protected ClusterContract() {}

  /**
   * Returns where all processes keep their tokens; asked for once.
   *
   * @return the URL of an empty store that can lease between processes
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @BeforeAll
  void start() throws Exception {
    String url = storeUrl();
    weChat = WeChatSimulator.start();
    store = TokenStores.open(url);
    login =
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .build();
    for (int i = 0; i < PROCESSES; i++) {
      nodes.add(NodeProcess.start(url, weChat));
    }
    nodes.forEach(NodeProcess::answer);
  }

  @AfterAll
  void stop() {
    nodes.forEach(NodeProcess::close);
    login.close();
    store.close();
    weChat.close();
  }

  @Test
  void anExpiredTokenIsRefreshedOnceForAllThreadsOfAllProcesses() {
    List<String> users = signIn("amy", 1);
    expire();

    List<String> answers = everyone("token", users);

    assertThat(answers).containsExactly(line(users.get(0), PROCESSES * THREADS));
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void twoHundredExpiredTokensAreRefreshedOnceEach() {
    List<String> users = signIn("many", 200);
    expire();

    List<String> answers = everyone("token", users);

    assertThat(answers)
        .containsExactlyInAnyOrderElementsOf(
            users.stream().map(user -> line(user, PROCESSES * THREADS)).toList());
    assertThat(refreshes()).isEqualTo(200);
    assertThat(users).allSatisfy(user -> assertThat(refreshesOf(user)).isEqualTo(1));
  }

  @Test
  void aTokenThatLooksValidAndThatWeChatRefusesIsRefreshedOnceForAll() {
    List<String> users = signIn("eve", 1);
    String openid = users.get(0);
    synchronizeClocks(Duration.ZERO);
    weChat.killAccessToken(String.valueOf(stored(openid).accessToken()));

    List<String> answers = everyone("user", users);

    assertThat(answers).containsExactly(openid + " ok " + openid + " " + PROCESSES * THREADS);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void clocksThatDifferByFiveMinutesLoseNoToken() {
    List<String> users = signIn("zoe", 20);
    for (int expiry = 0; expiry < 2; expiry++) {
      weChat.clock().advance(EXPIRED.plusMinutes(5));
      synchronizeClocks(Duration.ofMinutes(5));

      assertThat(everyone("user", users))
          .containsExactlyInAnyOrderElementsOf(
              users.stream()
                  .map(user -> user + " ok " + user + " " + PROCESSES * THREADS)
                  .toList());
      assertThat(users)
          .allSatisfy(
              user ->
                  assertThat(login.verifyToken(user, String.valueOf(stored(user).accessToken())))
                      .isTrue());
    }
  }

  private List<String> signIn(String name, int count) {
    List<String> users =
        IntStream.range(0, count)
            .mapToObj(i -> weChat.authorize(WeChatSimulator.APPID, name + i, "snsapi_userinfo"))
            .map(code -> login.getAccessToken(code).openid())
            .toList();
    weChat.counters().reset();
    return users;
  }

  private void expire() {
    weChat.clock().advance(EXPIRED);
    synchronizeClocks(Duration.ZERO);
  }

  /** Sets the nodes' clocks to WeChat's; every second one is ahead of it, the others behind. */
  private void synchronizeClocks(Duration off) {
    Duration weChats = Duration.between(Instant.now(), weChat.clock().instant());
    for (int i = 0; i < PROCESSES; i++) {
      Duration nodes = i % 2 == 0 ? weChats.plus(off) : weChats.minus(off);
      this.nodes.get(i).send("clock " + nodes.toMillis()).join();
    }
  }

  /** Has every thread of every process do it at once, and adds up equal outcomes. */
  private List<String> everyone(String command, List<String> users) {
    String line = command + " " + THREADS + " " + String.join(" ", users);
    List<CompletableFuture<List<String>>> answers =
        nodes.stream().map(node -> node.send(line)).toList();
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

  private String line(String openid, int callers) {
    return openid + " ok " + ClusterNode.fingerprint(stored(openid)) + " " + callers;
  }

  private OAuthToken stored(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  private long refreshes() {
    return weChat.counters().calls(Endpoint.REFRESH);
  }

  private long refreshesOf(String openid) {
    return weChat.counters().refreshesOfOpenid(openid);
  }
}
