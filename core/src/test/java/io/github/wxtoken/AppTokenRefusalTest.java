package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps after WeChat has refused the app's access token before its end. */
class AppTokenRefusalTest {
  private static final String APPID = WeChatSimulator.APPID;
  private static final Duration LIFE = Duration.ofHours(2);

  private final TestCluster cluster = new TestCluster();
  private final WeChatApp one = cluster.app();
  private final WeChatApp other = cluster.app();

  @BeforeEach
  void freezeEarlyOnADay() {
    cluster.weChat.clock().set(Instant.parse("2026-11-29T17:00:00Z")); // 01:00 in China
    cluster.weChat.clock().freeze();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private long calls() {
    return cluster.weChat.counters().calls(Endpoint.STABLE_TOKEN);
  }

  private long forced() {
    return cluster.weChat.counters().appTokensForced(APPID);
  }

  private void passes(Duration time) {
    cluster.weChat.clock().advance(time);
  }

  private void kill() {
    cluster.weChat.killAppTokens(APPID);
  }

  private int menuErrcode(AppAccessToken token) {
    return SimulatedApi.menuErrcode(cluster.weChat, token);
  }

  @Nested
  class Invalidation {

    @ParameterizedTest
    @EnumSource(AppTokenMode.class)
    void aRefusedTokenIsReplacedOnceForAllWhoSawTheRefusal(AppTokenMode mode) {
      WeChatApp first = cluster.app(b -> b.appTokenMode(mode));
      WeChatApp second = cluster.app(b -> b.appTokenMode(mode));
      AppAccessToken refused = first.getAccessToken();
      cluster.weChat.killAccessToken(refused.value());

      List<CompletableFuture<AppAccessToken>> calls = new ArrayList<>();
      calls.addAll(together(32, () -> first.invalidate(refused)));
      calls.addAll(together(32, () -> second.invalidate(refused)));
      List<AppAccessToken> next = calls.stream().map(CompletableFuture::join).toList();

      assertThat(next).containsOnly(next.get(0)).doesNotContain(refused);
      assertThat(menuErrcode(next.get(0))).isZero();
      assertThat(cluster.weChat.counters().appTokensIssued(APPID)).isEqualTo(2);
    }

    @Test
    void aLateRefusalOfAReplacedTokenFetchesNothing() {
      AppAccessToken refused = one.getAccessToken();
      kill();
      AppAccessToken next = one.invalidate(refused);
      long before = calls();

      List<CompletableFuture<AppAccessToken>> late = new ArrayList<>();
      late.addAll(together(32, () -> one.invalidate(refused)));
      late.addAll(together(32, () -> other.invalidate(refused)));

      assertThat(late).allSatisfy(call -> assertThat(call.join()).isEqualTo(next));
      assertThat(calls()).isEqualTo(before);
    }

    @Test
    void aProcessThatReadsTheStoreDoesNotGetARefusedToken() {
      AppAccessToken refused = one.getAccessToken();
      kill();
      cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.httpError(502).times(1));
      assertThatThrownBy(() -> one.invalidate(refused))
          .isInstanceOf(WeChatTransportException.class);

      assertThat(other.getAccessToken()).as("fetched, not read").isNotEqualTo(refused);
      assertThat(menuErrcode(other.getAccessToken())).isZero();
    }

    @Test
    void aTokenThatAnotherProgramForcedIsTakenWithoutForce() {
      AppAccessToken refused = one.getAccessToken();
      AppAccessToken theirs = cluster.app(b -> b.store("memory:")).getAccessToken();
      assertThat(theirs.value()).as("WeChat repeats a stable token").isEqualTo(refused.value());
      kill();
      String others = forceAsAnotherProgram();

      assertThat(one.invalidate(refused).value()).isEqualTo(others);
      assertThat(forced()).as("theirs alone").isEqualTo(1);
    }

    private String forceAsAnotherProgram() {
      WeChatCalls calls =
          new WeChatCalls(
              APPID,
              cluster.weChat.uri(),
              new HttpExchange(
                  APPID,
                  HttpClients::shared,
                  Duration.ofSeconds(30),
                  java.util.Map.of(),
                  new ClockSkew(cluster.weChat.clock())),
              new Events(APPID, null));
      AppApi api =
          new AppApi(calls, AppSecret.fixed(WeChatSimulator.SECRET), cluster.weChat.clock());
      return String.valueOf(api.stableToken("app:" + APPID, true).accessToken());
    }

    @Test
    void onlyATokenThatWeChatRepeatsIsForced() {
      AppAccessToken refused = one.getAccessToken();

      AppAccessToken next = one.invalidate(refused);

      assertThat(next).isNotEqualTo(refused);
      assertThat(calls()).as("first, not forced, forced").isEqualTo(3);
      assertThat(forced()).isEqualTo(1);
    }
  }

  @Nested
  class Limits {

    @Test
    void aSecondForcedRefreshWaitsForThirtySeconds() {
      AppAccessToken first = one.getAccessToken();
      AppAccessToken second = one.invalidate(first);
      long before = calls();

      ForcedRefreshLimitException e =
          catchThrowableOfType(ForcedRefreshLimitException.class, () -> other.invalidate(second));

      assertThat(e).hasMessageContaining("one in 30 s").hasMessageContaining(APPID);
      assertThat(e.retryAt())
          .isBetween(
              cluster.weChat.clock().instant().plusSeconds(30),
              cluster.weChat.clock().instant().plusSeconds(31));
      assertThat(calls()).as("WeChat is not asked").isEqualTo(before);
      assertThat(other.getAccessToken()).as("still WeChat's current one").isEqualTo(second);

      passes(Duration.ofSeconds(31));
      assertThat(other.invalidate(second)).isNotEqualTo(second);
    }

    @Test
    void theTwentyFirstOfADayIsRefusedAndTheCountIsTheClusters() {
      forceTwentyTimes();
      AppAccessToken current = one.getAccessToken();

      ForcedRefreshLimitException e =
          catchThrowableOfType(
              ForcedRefreshLimitException.class, () -> cluster.app().invalidate(current));

      assertThat(e).hasMessageContaining("20 a day");
      assertThat(e.retryAt()).as("midnight in China").isEqualTo("2026-11-30T16:00:00Z");
      assertThat(forced()).isEqualTo(20);
      assertThat(one.getAccessToken()).as("still WeChat's current one").isEqualTo(current);
    }

    @Test
    void theNextDayAllowsTwentyMore() {
      forceTwentyTimes();
      cluster.weChat.clock().set(Instant.parse("2026-11-30T16:00:00Z"));
      AppAccessToken current = one.getAccessToken();

      assertThat(one.invalidate(current)).isNotEqualTo(current);
    }

    private void forceTwentyTimes() {
      for (int i = 0; i < 20; i++) {
        WeChatApp process = i % 2 == 0 ? one : other;
        passes(Duration.ofSeconds(31));
        process.invalidate(process.getAccessToken());
      }
    }

    @Test
    void callersOfADayWithoutForceDoNotAskWeChatEachTime() {
      forceTwentyTimes();
      passes(Duration.ofSeconds(31));
      AppAccessToken current = one.getAccessToken();
      long before = calls();

      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> one.invalidate(current))
            .isInstanceOf(ForcedRefreshLimitException.class);
      }

      assertThat(calls()).as("once in 30 s").isEqualTo(before + 1);
    }

    @Test
    void whatWeChatSaysOfTheLimitCountsForAllProcesses() {
      AppAccessToken first = one.getAccessToken();
      forceTwentyTimes();
      cluster.store.deleteToken("app:" + APPID); // the count is lost
      passes(Duration.ofSeconds(31));
      AppAccessToken current = cluster.app().getAccessToken();
      assertThat(current).isNotEqualTo(first);

      assertThatThrownBy(() -> one.invalidate(current))
          .isInstanceOf(ForcedRefreshLimitException.class)
          .hasMessageContaining("20 a day");
      assertThat(cluster.app().getAccessToken()).isEqualTo(current);
    }
  }

  @Nested
  class Calls {

    @ParameterizedTest
    @ValueSource(ints = {40001, 40014, 42001})
    void aRefusedRequestIsRepeatedOnceWithAFreshToken(int errcode) {
      List<AppAccessToken> used = new ArrayList<>();

      String answer =
          one.call(
              token -> {
                used.add(token);
                if (used.size() == 1) {
                  throw new WeChatApiException(errcode, "refused");
                }
                return "answer";
              });

      assertThat(answer).isEqualTo("answer");
      assertThat(used).hasSize(2).doesNotHaveDuplicates();
      assertThat(menuErrcode(used.get(1))).isZero();
    }

    @Test
    void aRefusalMayBeAnAnswer() {
      kill();
      one.getAccessToken();
      kill();

      String answer =
          one.call(token -> SimulatedApi.menu(cluster.weChat, token), WeChatApp::errcode);

      assertThat(answer).contains("menu");
    }

    @Test
    void aSecondRefusalIsTheCallers() {
      List<AppAccessToken> used = new ArrayList<>();

      assertThatThrownBy(
              () ->
                  one.call(
                      token -> {
                        used.add(token);
                        throw new WeChatApiException(40001, "refused");
                      }))
          .isInstanceOf(WeChatApiException.class)
          .hasMessageContaining("40001");
      assertThat(used).hasSize(2);
    }

    @Test
    void anotherErrcodeIsNotRepeated() {
      List<AppAccessToken> used = new ArrayList<>();

      assertThatThrownBy(
              () ->
                  one.call(
                      token -> {
                        used.add(token);
                        throw new WeChatApiException(45009, "reach max api daily quota limit");
                      }))
          .hasMessageContaining("45009");
      assertThat(used).hasSize(1);
    }

    @Test
    void theCallersOwnExceptionReachesIt() {
      assertThatThrownBy(
              () ->
                  one.call(
                      token -> {
                        throw new java.io.IOException("the caller's");
                      }))
          .isInstanceOf(java.io.IOException.class)
          .hasMessage("the caller's");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "no JSON", "{}", "{\"errcode\":\"x\"}", "[40001]", "{\"errcode\":1e40}"})
    void anAnswerWithoutAnErrcodeHasErrcodeZero(String body) {
      assertThat(WeChatApp.errcode(body)).isZero();
    }

    @Test
    void theErrcodeOfAnAnswerIsRead() {
      assertThat(WeChatApp.errcode("{\"errcode\":40001,\"errmsg\":\"x\"}")).isEqualTo(40001);
    }
  }

  @Test
  void aRefusalThatIsRememberedOutlivesTheTokensLife() {
    one.invalidate(one.getAccessToken());
    passes(LIFE);

    one.getAccessToken();
    passes(Duration.ofSeconds(31));
    one.invalidate(one.getAccessToken());

    assertThat(ForcedRefreshes.of(cluster.stored("app:" + APPID)).count()).isEqualTo(2);
  }
}
