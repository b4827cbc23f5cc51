package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.store.TokenStores;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Whatever WeChat answers, callers get a sound token or user, or a documented exception. */
class AnswersFuzzTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_538_990_000_000L), ZoneOffset.UTC);
  private static final OAuthToken TOKEN =
      OAuthToken.builder()
          .openid("OID")
          .accessToken(Canary.TEXT)
          .refreshToken(Canary.TEXT)
          .scope("snsapi_userinfo")
          .expiresIn(7200)
          .build();

  @FuzzTest(maxDuration = "90s")
  void anAnswerIsSoundOrAnError(byte[] body) {
    WeChatApi wechat = api(new CannedAnswer(200, body));

    check(
        () -> wechat.exchange(Canary.TEXT),
        token -> {
          assertSound(token);
          assertThat(token.accessToken()).isNotEmpty();
          assertThat(token.expiresIn()).isPositive();
        });
    check(
        () -> wechat.refresh(Canary.TEXT),
        token -> {
          assertSound(token);
          assertThat(token.accessToken()).isNotEmpty();
          assertThat(token.expiresIn()).isPositive();
        });
    check(
        () -> wechat.session(Canary.TEXT),
        session -> {
          assertSound(session);
          assertThat(session.sessionKey()).isNotEmpty();
        });
    check(
        () -> wechat.user(TOKEN, Lang.EN),
        user -> {
          if (user != null) {
            assertThat(user.openid()).isEqualTo("OID");
            assertThat(user).hasToString("UserInfo[openid=OID]");
          }
        });
    check(() -> wechat.isAlive("OID", Canary.TEXT), alive -> {});
  }

  private static WeChatApi api(CannedAnswer answer) {
    HttpExchange http =
        new HttpExchange(
            "wx1",
            () -> HttpClients.of(answer),
            Duration.ofSeconds(5),
            Map.of(),
            new ClockSkew(CLOCK));
    return new WeChatApi(
        new WeChatCalls("wx1", URI.create("https://wechat.invalid"), http, new Events("wx1", null)),
        AppSecret.fixed(Canary.TEXT),
        CLOCK);
  }

  private static <T> void check(Supplier<T> call, Consumer<T> sound) {
    T answer;
    try {
      answer = call.get();
    } catch (WeChatOAuthException e) {
      Canary.assertNotIn(e);
      return;
    }
    sound.accept(answer);
  }

  private static void assertSound(OAuthToken token) {
    assertThat(TokenStores.isOpenid(token.openid())).isTrue();
    assertThat(token.createAt()).isEqualTo(CLOCK.millis());
    assertThat(token.isValid(CLOCK.instant().minusMillis(1)))
        .isEqualTo(token.accessToken() != null && !token.accessToken().isEmpty());
    RecordsFuzzTest.assertRoundTrip(token);
    if (!token.isSnapshotUser() && token.toJson().length() <= Json.MAX_CHARS) {
      RecordLimitsTest.assertKept(token);
    }
  }
}
