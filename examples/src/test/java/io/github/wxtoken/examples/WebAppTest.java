package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.VerifiedState;
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
  void loginGivesTheBrowserACookieAndWeChatAStateThatBelongsToIt() throws Exception {
    HttpResponse<String> login = get("/login", "");

    assertThat(header("Set-Cookie", login))
        .matches("visitor=[0-9a-f]{32};.*")
        .contains("HttpOnly", "SameSite=Lax");
    assertThat(state(login)).isNotEqualTo(state(get("/login", "")));
    assertThat(oauth.verifyState(state(login), visitor(login).replace("visitor=", ""), "code"))
        .isEqualTo(new VerifiedState(false, "/me"));
  }

  @Test
  void aCallbackOfTheBrowserThatWasSentAwaySignsIn() throws Exception {
    HttpResponse<String> login = get("/login", "");

    HttpResponse<String> callback = callback(login, code());

    assertThat(header("Location", callback)).isEqualTo("/me");
    String session = header("Set-Cookie", callback).replaceAll(";.*", "");
    assertThat(get("/me", "theme=dark; " + session).body()).endsWith(" Ada");
  }

  @Test
  void aCallbackThatComesTwiceSignsInTwice() throws Exception {
    HttpResponse<String> login = get("/login", "");
    String code = code();

    assertThat(header("Location", callback(login, code))).isEqualTo("/me");
    assertThat(header("Location", callback(login, code))).isEqualTo("/me");
    assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isEqualTo(1);
  }

  @Test
  void aSecondCallbackOfABrowserThatIsSignedInAlreadyNeedsNoToken() throws Exception {
    HttpResponse<String> login = get("/login", "");
    String code = code();
    String session = header("Set-Cookie", callback(login, code)).replaceAll(";.*", "");
    wechat.close();

    HttpResponse<String> second =
        get("/callback?code=" + code + "&state=" + state(login), visitor(login) + "; " + session);

    assertThat(header("Location", second)).isEqualTo("/me");
    assertThat(second.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void aCallbackThatTheBrowserDidNotAskForIsRefusedBeforeItsCodeIsUsed() throws Exception {
    String path = "/callback?code=" + code() + "&state=";
    HttpResponse<String> attackers = get("/login", "");
    HttpResponse<String> victims = get("/login", "");

    assertThat(get(path + state(attackers), visitor(victims)).statusCode()).isEqualTo(403);
    assertThat(get(path + state(attackers), "").statusCode()).isEqualTo(403);
    assertThat(get(path + state(attackers), "visitor=").statusCode()).isEqualTo(403);
    assertThat(get(path, visitor(victims)).statusCode()).isEqualTo(403);
    assertThat(get("/callback?code=" + code(), visitor(victims)).statusCode()).isEqualTo(403);
    assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isZero();
  }

  @Test
  void aUserWhoDidNotAgreeIsToldSo() throws Exception {
    HttpResponse<String> login = get("/login", "");

    assertThat(get("/callback?state=" + state(login), visitor(login)).body())
        .contains("did not agree");
  }

  @Test
  void aSnapshotUserIsNotSignedIn() throws Exception {
    String code = wechat.authorizeSnapshot(WeChatSimulator.APPID);

    HttpResponse<String> callback = callback(get("/login", ""), code);

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

  private HttpResponse<String> callback(HttpResponse<String> login, String code) throws Exception {
    return get("/callback?code=" + code + "&state=" + state(login), visitor(login));
  }

  /** What WeChat will send back. */
  private static String state(HttpResponse<String> login) {
    return URI.create(header("Location", login)).getQuery().replaceAll(".*state=", "");
  }

  /** What the browser will send back. */
  private static String visitor(HttpResponse<String> login) {
    return header("Set-Cookie", login).replaceAll(";.*", "");
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
