package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The requests to WeChat, byte for byte: docs/wechat-protocol.md#requests-of-wechat-oauth. */
class RequestFormatTest {
  private static final String TOKEN =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\"}";
  private static final String USER = "{\"openid\":\"OID\",\"nickname\":\"Band\"}";

  private final CannedServer server = new CannedServer();
  private final WeChatOAuth client = server.client().build();

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void anExchangeSendsAppidSecretCodeGrantType() {
    server.answersWith(TOKEN);
    client.getAccessToken("a code/+&=%");
    assertThat(server.onlyTarget())
        .isEqualTo(
            "/sns/oauth2/access_token?appid=APPID&secret=SECRET&code=a%20code%2F%2B%26%3D%25"
                + "&grant_type=authorization_code");
  }

  @Test
  void aSessionSendsTheCodeAsJsCode() {
    server.answersWith("{\"session_key\":\"AAECAwQFBgcICQoLDA0ODw==\",\"openid\":\"OID\"}");
    client.getSessionKey("CODE");
    assertThat(server.onlyTarget())
        .isEqualTo(
            "/sns/jscode2session?appid=APPID&secret=SECRET&js_code=CODE"
                + "&grant_type=authorization_code");
  }

  @Test
  void aRefreshSendsNoSecret() {
    server.answersWith(TOKEN);
    client.refreshAccessToken("59_RT-x 微");
    assertThat(server.onlyTarget())
        .isEqualTo(
            "/sns/oauth2/refresh_token?appid=APPID&grant_type=refresh_token"
                + "&refresh_token=59_RT-x%20%E5%BE%AE");
  }

  @Test
  void aProfileIsAskedForInEnglishUnlessSaidOtherwise() {
    assertThat(profileRequest(Lang.EN)).endsWith("&lang=en");
    assertThat(profileRequest(Lang.ZH_CN)).endsWith("&lang=zh_CN");
    assertThat(profileRequest(Lang.ZH_TW))
        .isEqualTo("/sns/userinfo?access_token=AT&openid=OID&lang=zh_TW");
    server.answersWith(TOKEN);
    client.getAccessToken("CODE");
    server.answersWith(USER);
    client.getUser("OID");
    assertThat(server.requests().get(server.requests().size() - 1).target()).endsWith("&lang=en");
  }

  private String profileRequest(Lang lang) {
    server.answersWith(TOKEN);
    client.getAccessToken("code-" + lang);
    server.answersWith(USER);
    client.getUser("OID", lang);
    return server.requests().get(server.requests().size() - 1).target();
  }

  @Test
  void aCheckSendsTheTokenFirstThoughTheOpenidIsTheFirstArgument() {
    server.answersWith("{\"errcode\":0,\"errmsg\":\"ok\"}");
    client.verifyToken("OID", "AT");
    assertThat(server.onlyTarget()).isEqualTo("/sns/auth?access_token=AT&openid=OID");
  }

  @Test
  void everyRequestIsAGetThatAcceptsJson() {
    server.answersWith("{\"errcode\":0}");
    client.verifyToken("OID", "AT");
    CannedServer.Request request = server.requests().get(0);
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.headers()).containsEntry("accept", "application/json");
  }

  @Test
  void theBuildersHeadersAreAddedAndMayReplaceAccept() {
    server.answersWith("{\"errcode\":0}");
    try (WeChatOAuth custom =
        server
            .client()
            .header("X-Trace", "first")
            .header("X-Trace", "second")
            .header("ACCEPT", "*/*")
            .build()) {
      custom.verifyToken("OID", "AT");
    }
    assertThat(server.requests().get(0).headers())
        .containsEntry("x-trace", "second")
        .containsEntry("accept", "*/*");
  }

  @Test
  void aClientOfTheApplicationsOwnIsUsed() {
    server.answersWith("{\"errcode\":0}");
    // The JDK's default asks for HTTP/2 by a header, ours does not.
    try (WeChatOAuth custom = server.client().httpClient(HttpClient.newHttpClient()).build()) {
      assertThat(custom.verifyToken("OID", "AT")).isTrue();
    }
    client.verifyToken("OID", "AT");
    assertThat(server.requests().get(0).headers()).containsEntry("upgrade", "h2c");
    assertThat(server.requests().get(1).headers()).doesNotContainKey("upgrade");
  }
}
