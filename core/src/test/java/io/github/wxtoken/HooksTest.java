package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.start;
import static io.github.wxtoken.TestCluster.together;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** wechat-oauth's two functions instead of a store. */
class HooksTest {
  private final TestCluster cluster = new TestCluster();
  private final Map<String, OAuthToken> tokens = new ConcurrentHashMap<>();
  private final String openid = cluster.openid("amy");
  private final WeChatOAuth client = client(id -> Optional.ofNullable(tokens.get(id)), tokens::put);

  @AfterEach
  void close() {
    cluster.close();
  }

  private WeChatOAuth client(TokenReader getToken, TokenWriter saveToken) {
    return cluster.process(b -> b.hooks(getToken, saveToken));
  }

  @Test
  void twoLambdasAreEnough() {
    OAuthToken token = client.getAccessToken(cluster.code("amy"));

    assertThat(tokens).containsExactly(Map.entry(openid, token));
    assertThat(client.getUser(openid).openid()).isEqualTo(openid);
  }

  @Test
  void anAppsTokenIsFetchedOnceByTheThreadsOfAProcess() {
    List<CompletableFuture<AppAccessToken>> calls =
        together(32, () -> client.app().getAccessToken());

    AppAccessToken token = client.app().getAccessToken();
    assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(token));
    assertThat(cluster.weChat.counters().appTokenFetches(WeChatSimulator.APPID)).isEqualTo(1);
    assertThat(requireNonNull(tokens.get("app:" + WeChatSimulator.APPID)).accessToken())
        .isEqualTo(token.value());
  }

  @Test
  void anAppsTokenThatWeChatRefusesIsReplaced() {
    AppAccessToken refused = client.app().getAccessToken();
    cluster.weChat.killAppTokens(WeChatSimulator.APPID);

    AppAccessToken next = client.app().invalidate(refused);

    assertThat(next).isNotEqualTo(refused);
    assertThat(client.app().invalidate(refused)).as("a late refusal").isEqualTo(next);
  }

  @Test
  void theConstructorTakesThemInWechatOauthsOrder() {
    try (WeChatOAuth plain =
        new WeChatOAuth("appid", "secret", id -> Optional.empty(), (id, token) -> {})) {
      assertThatThrownBy(() -> plain.getValidToken(openid)).isInstanceOf(NoTokenException.class);
    }
  }

  @Test
  void nullHooksMeanMemory() {
    try (WeChatOAuth plain = new WeChatOAuth("appid", "secret", null, null, true)) {
      assertThatThrownBy(() -> plain.getValidToken(openid)).isInstanceOf(NoTokenException.class);
    }
  }

  @Test
  void oneHookAloneIsRefused() {
    assertThatThrownBy(() -> new WeChatOAuth("appid", "secret", id -> Optional.empty(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("saveToken");
  }

  @Test
  void aHookThatReturnsNullHasNoToken() {
    WeChatOAuth nulls = client(nothing(), tokens::put);

    assertThatThrownBy(() -> nulls.getValidToken(openid)).isInstanceOf(NoTokenException.class);
  }

  @SuppressWarnings({"NullAway", "NullOptional"})
  private static TokenReader nothing() {
    return id -> null;
  }

  @Test
  void aCheckedExceptionOfAHookIsTheCauseByTypeAndStack() {
    WeChatOAuth broken =
        client(
            id -> {
              throw new IOException("CANARY", new IllegalStateException("CANARY"));
            },
            tokens::put);

    assertThatThrownBy(() -> broken.getValidToken(openid))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageEndingWith(": java.io.IOException")
        .hasStackTraceContaining("HooksTest.java")
        .satisfies(Canary::assertNotIn)
        .cause()
        .isInstanceOf(RedactedException.class)
        .hasMessage("java.io.IOException");
  }

  @Test
  void aHookThatReturnsAnothersTokenIsCaught() {
    OAuthToken bobs = client.getAccessToken(cluster.code("bob"));
    WeChatOAuth mixedUp = client(id -> Optional.of(bobs), tokens::put);

    assertThatThrownBy(() -> mixedUp.getValidToken(openid))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining(openid);
  }

  @Test
  void theSameStoreForBothHooksIsUsedAsTheStoreItIs() {
    WeChatOAuth one = client(cluster.store, cluster.store);
    WeChatOAuth other = client(cluster.store, cluster.store);
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();

    List<CompletableFuture<OAuthToken>> here = together(8, () -> one.getValidToken(openid));
    List<CompletableFuture<OAuthToken>> there = together(8, () -> other.getValidToken(openid));

    here.forEach(CompletableFuture::join);
    there.forEach(CompletableFuture::join);
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void theThreadsOfOneProcessShareARefreshAlsoWhenWeChatRefusedTheTokenForSome() throws Exception {
    OAuthToken token = client.getAccessToken(cluster.code("amy"));
    cluster.weChat.killAccessToken(String.valueOf(token.accessToken()));
    cluster.nearlyExpire();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
      CompletableFuture<OAuthToken> ahead = async(() -> client.getValidToken(openid));
      assertThat(gate.awaitArrivals(1, Duration.ofSeconds(60))).isTrue();
      Running<UserInfo> refused = start(() -> client.getUser(openid));
      TestCluster.awaitFrame(refused.thread(), Workers.class);
      gate.release();

      assertThat(ahead.join()).isEqualTo(tokens.get(openid));
      assertThat(refused.result().join().openid()).isEqualTo(openid);
    }
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void aRefreshWhoseSaveFailsServesTheCallerAndIsNotTriedAgain() {
    client.getAccessToken(cluster.code("amy"));
    WeChatOAuth readOnly =
        client(
            id -> Optional.ofNullable(tokens.get(id)),
            (id, token) -> {
              throw new IOException("read-only");
            });
    OAuthToken old = tokens.get(openid);
    cluster.expire();

    assertThat(readOnly.getValidToken(openid)).isNotEqualTo(old);
    readOnly.close();

    assertThat(tokens).containsEntry(openid, old);
  }

  @Test
  void aSaveThatFailsAfterAnExchangeHandsTheTokenOver() {
    WeChatOAuth readOnly =
        client(
            id -> Optional.empty(),
            (id, token) -> {
              throw new IOException("read-only");
            });

    assertThatThrownBy(() -> readOnly.getAccessToken(cluster.code("amy")))
        .isInstanceOf(TokenNotSavedException.class);
  }

  @Test
  void theDefaultIsMemory() {
    try (WeChatOAuth plain = new WeChatOAuth(WeChatSimulator.APPID, WeChatSimulator.SECRET)) {
      assertThatThrownBy(() -> plain.getValidToken(openid)).isInstanceOf(NoTokenException.class);
    }
  }
}
