package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebAppTest {
  private final WeChatSimulator wechat = WeChatSimulator.start();
  private final WeChatOAuth oauth =
      WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
          .apiEndpoint(wechat.uri())
          .openEndpoint(wechat.uri())
          .clock(wechat.clock())
          .build();
  private final Sessions sessions = new Sessions("a key");
  private final HttpClient browser = HttpClient.newHttpClient();
  private final HttpServer server;

  WebAppTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    new WebApp(oauth, sessions, "http://localhost").addTo(server);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    oauth.close();
    wechat.close();
  }

  @Test
  void loginGivesTheBrowserTheStateThatWeChatWillSendBack() throws Exception {
    HttpResponse<String> login = get("/login", "");

    String state = URI.create(header("Location", login)).getQuery().replaceAll(".*state=", "");
    assertThat(state).matches("[0-9a-f]{32}");
    assertThat(header("Set-Cookie", login))
        .startsWith("state=" + state + ";")
        .contains("HttpOnly", "SameSite=Lax");
    assertThat(header("Location", get("/login", ""))).doesNotContain(state);
  }

  @Test
  void aCallbackWithTheBrowsersStateSignsIn() throws Exception {
    HttpResponse<String> callback = get("/callback?code=" + code() + "&state=s", "state=s");

    assertThat(header("Location", callback)).isEqualTo("/me");
    String session = callback.headers().allValues("Set-Cookie").get(1).replaceAll(";.*", "");
    assertThat(get("/me", "theme=dark; " + session).body()).endsWith(" Ada");
  }

  @Test
  void aCallbackThatTheBrowserDidNotAskForIsRefusedBeforeItsCodeIsUsed() throws Exception {
    String code = code();

    assertThat(get("/callback?code=" + code + "&state=theirs", "state=ours").statusCode())
        .isEqualTo(403);
    assertThat(get("/callback?code=" + code + "&state=theirs", "").statusCode()).isEqualTo(403);
    assertThat(get("/callback?code=" + code + "&state=", "state=").statusCode()).isEqualTo(403);
    assertThat(get("/callback?code=" + code, "").statusCode()).isEqualTo(403);
    assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isZero();
  }

  @Test
  void aUserWhoDidNotAgreeIsToldSo() throws Exception {
    assertThat(get("/callback?state=s", "state=s").body()).contains("did not agree");
  }

  @Test
  void aSnapshotUserIsNotSignedIn() throws Exception {
    String code = wechat.authorizeSnapshot(WeChatSimulator.APPID);

    HttpResponse<String> callback = get("/callback?code=" + code + "&state=s", "state=s");

    assertThat(callback.statusCode()).isEqualTo(403);
    assertThat(callback.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void whoeverIsNotSignedInIsSentToSignIn() throws Exception {
    assertThat(header("Location", get("/me", ""))).isEqualTo("/login");
    assertThat(header("Location", get("/me", "session=oAbc.forged"))).isEqualTo("/login");
  }

  @Test
  void whoeverHasNoTokenAnyMoreIsSentToSignIn() throws Exception {
    assertThat(header("Location", get("/me", "session=" + sessions.begin("oAbc"))))
        .isEqualTo("/login");
  }

  @Test
  void anOutageIsNoReasonToSignInAgain() throws Exception {
    String openid = oauth.getAccessToken(code()).openid();
    wechat.close();

    assertThat(get("/me", "session=" + sessions.begin(openid)).statusCode()).isEqualTo(503);
  }

  private String code() {
    return wechat.authorize(WeChatSimulator.APPID, "Ada", "snsapi_userinfo");
  }

  private HttpResponse<String> get(String path, String cookie) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).setHeader("Cookie", cookie).build();
    return browser.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String header(String name, HttpResponse<String> answer) {
    return answer.headers().firstValue(name).orElse("");
  }
}
