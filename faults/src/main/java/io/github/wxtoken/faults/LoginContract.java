package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The guarantees of a store for users who sign in: a code that arrives more than once is exchanged
 * once in the cluster, and of two sign-ins of one user the later grant wins, whichever is saved
 * last.
 *
 * <p>A store's test names a URL that {@link TokenStores#open} accepts in every process, and whose
 * module is on the class path of the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("four more JVMs are more than a machine should have besides other tests")
@Tag("faults")
public abstract class LoginContract {
  private static final int NODES = 4;
  private static final int CODES = 5;

  private String url;
  private WeChatSimulator weChat;
  private TokenStore store;
  private WeChatOAuth login;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // JUnit sets it before the first test.
  protected LoginContract() {}

  /**
   * Returns the URL of the store of all processes; called once.
   *
   * @return the URL of an empty store that can lease between processes
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl() throws Exception;

  @BeforeAll
  void start() throws Exception {
    url = storeUrl();
    store = TokenStores.open(url);
    weChat = WeChatSimulator.start();
    weChat.quotas().unlimited();
    login = client(store, weChat.clock());
  }

  @AfterAll
  void stop() {
    login.close();
    store.close();
    weChat.close();
  }

  // One code, many callbacks

  @Test
  void aCodeFromAThousandCallbacksOnFourNodesIsExchangedOnce() throws Exception {
    List<Process> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(LoginNode.fork(url, weChat));
      }
      for (Process node : nodes) {
        assertThat(answer(node)).isEqualTo("ready");
      }
      for (int i = 0; i < CODES; i++) {
        assertExchangedOnce("eve" + i, nodes);
      }
      assertThat(weChat.counters().errors(Endpoint.EXCHANGE, 40163)).isZero();
    } finally {
      nodes.forEach(node -> node.destroyForcibly().onExit().join());
    }
  }

  private void assertExchangedOnce(String user, List<Process> nodes) throws IOException {
    String code = code(user);
    for (Process node : nodes) {
      Writer callbacks = node.outputWriter(StandardCharsets.UTF_8);
      callbacks.write(code + "\n");
      callbacks.flush();
    }
    List<String> answers = new ArrayList<>();
    for (Process node : nodes) {
      answers.add(answer(node));
    }

    String granted = LoginNode.fingerprint(stored(user));
    List<String> expected =
        new ArrayList<>(Collections.nCopies(NODES - 1, all("CodeAlreadyUsedException")));
    expected.add(all(granted));
    assertThat(answers).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(weChat.counters().exchanges(code)).isEqualTo(1);
  }

  private static String answer(Process node) throws IOException {
    return String.valueOf(node.inputReader(StandardCharsets.UTF_8).readLine());
  }

  /** Returns a node's answer if all its callbacks have the same outcome. */
  private static String all(String outcome) {
    return Map.of(outcome, LoginNode.CALLBACKS).toString();
  }

  // Two codes, one user

  /** The user's record when both sign-ins begin. */
  enum Before {
    NOTHING,
    /** Only WeChat knows whether this grant is earlier than ours. */
    A_RECENT_LOGIN,
    /** This grant is certainly earlier. */
    AN_OLD_LOGIN
  }

  @ParameterizedTest
  @EnumSource(Before.class)
  void ofTwoCodesForOneUserTheLaterGrantWinsInEveryOrderOfCallsAndSaves(Before before)
      throws Exception {
    Orders orders = new Orders();
    int count = 0;
    try (SteppedLogin first = new SteppedLogin(TokenStores.open(url));
        SteppedLogin second = new SteppedLogin(TokenStores.open(url));
        WeChatOAuth one = client(first, weChat.clock());
        // By its clock every grant is later.
        WeChatOAuth other = client(second, Clock.offset(weChat.clock(), Duration.ofMinutes(5)))) {
      do {
        String user = before + "-" + count++;
        prepare(before, user);
        first.begin(one, code(user));
        second.begin(other, code(user));
        SteppedLogin later = run(first, second, orders);

        OAuthToken stored = stored(user);
        assertThat(stored).as("in the order %s", orders).isEqualTo(later.result());
        assertThat(one.verifyToken(stored.openid(), String.valueOf(stored.accessToken())))
            .as("WeChat takes it, in the order %s", orders)
            .isTrue();
        assertThat(List.of(first.result(), second.result())).contains(stored);
      } while (orders.advance());
    }
    // At least an exchange, a read and the following call or write: three steps of each.
    assertThat(count).isGreaterThanOrEqualTo(20);
  }

  private void prepare(Before before, String user) {
    if (before != Before.NOTHING) {
      login.getAccessToken(code(user));
      weChat.clock().advance(Duration.ofMinutes(before == Before.AN_OLD_LOGIN ? 30 : 1));
    }
  }

  /**
   * Returns the sign-in whose code was exchanged last; the first step of a sign-in exchanges it.
   */
  private static SteppedLogin run(SteppedLogin first, SteppedLogin second, Orders orders)
      throws InterruptedException {
    SteppedLogin later = first;
    boolean firstHasBegun = false;
    boolean secondHasBegun = false;
    while (!first.isDone() || !second.isDone()) {
      if (orders.isSeconds(first.isDone(), second.isDone())) {
        later = secondHasBegun ? later : second;
        secondHasBegun = true;
        second.step();
      } else {
        later = firstHasBegun ? later : first;
        firstHasBegun = true;
        first.step();
      }
    }
    return later;
  }

  private WeChatOAuth client(TokenStore store, Clock clock) {
    return WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
        .store(store)
        .apiEndpoint(weChat.uri())
        .clock(clock)
        .build();
  }

  private String code(String user) {
    return weChat.authorize(WeChatSimulator.APPID, user, "snsapi_base");
  }

  private OAuthToken stored(String user) {
    return store.getToken(weChat.openid(WeChatSimulator.APPID, user)).orElseThrow();
  }
}
