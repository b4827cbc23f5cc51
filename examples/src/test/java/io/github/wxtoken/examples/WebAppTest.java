package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.VerifiedState;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
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
  private final TokenStore store = TokenStores.open("memory:");
  private final WeChatOAuth oauth = client();
  private final Sessions sessions = new Sessions("a key");
  private final HttpClient browser = HttpClient.newHttpClient();
  private final HttpServer server = server();

  WebAppTest() throws IOException {}

  @BeforeEach
  void start() {
    serve(oauth, "http://localhost", server);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    oauth.close();
    store.close();
    wechat.close();
  }

  @Test
  void loginGivesTheBrowserACookieAndWeChatAStateThatBelongsToIt() throws Exception {
    HttpResponse<String> login = get("/login", "");

    assertThat(header("Set-Cookie", login))
        .matches("visitor=[0-9a-f]{32};.*")
        .contains("HttpOnly", "SameSite=Lax")
        .doesNotContain("Secure");
    assertThat(state(login)).isNotEqualTo(state(get("/login", "")));
    assertThat(oauth.verifyState(state(login), visitor(login).replace("visitor=", ""), "code"))
        .isEqualTo(new VerifiedState(false, "/me"));
  }

  @Test
  void loginAsksForTheOpenidAlone() throws Exception {
    assertThat(header("Location", get("/login", ""))).contains("scope=snsapi_base&");
  }

  @Test
  void allTabsOfABrowserShareACookie() throws Exception {
    HttpResponse<String> firstTab = get("/login", "");
    HttpResponse<String> secondTab = get("/login", visitor(firstTab));

    assertThat(visitor(secondTab)).isEqualTo(visitor(firstTab));
    assertThat(header("Location", callback(firstTab, code()))).isEqualTo("/me");
    assertThat(header("Location", callback(secondTab, code()))).isEqualTo("/me");
  }

  @Test
  void aCookieThatIsNotOursIsReplaced() throws Exception {
    assertThat(visitor(get("/login", "visitor=me"))).matches("visitor=[0-9a-f]{32}");
  }

  @Test
  void cookiesTravelByHttpsAloneWhereThePublicUrlIsHttps() throws Exception {
    HttpServer other = server();
    serve(oauth, "https://example.com", other);

    assertThat(header("Set-Cookie", get(other, "/login", ""))).endsWith("; Secure");
    other.stop(0);
  }

  @Test
  void aCallbackOfTheBrowserThatWasSentAwaySignsIn() throws Exception {
    HttpResponse<String> login = get("/login", "");

    HttpResponse<String> callback = callback(login, code());

    assertThat(header("Location", callback)).isEqualTo("/me");
    String page = get("/me", "theme=dark; " + session(callback)).body();
    assertThat(Page.unsigned(page)).isEqualTo(Page.profile(openid(), "Ada", true));
    assertThat(Page.isSigned(page)).isTrue();
  }

  @Test
  void twoPagesNeedOneAppTokenAndOneTicket() throws Exception {
    String session = "session=" + sessions.begin(oauth.getAccessToken(code()).openid());

    assertThat(get("/me", session).body()).contains("You follow our account.");
    assertThat(get("/me", session).statusCode()).isEqualTo(200);
    assertThat(wechat.counters().appTokenFetches(WeChatSimulator.APPID)).isEqualTo(1);
    assertThat(wechat.counters().ticketFetches(WeChatSimulator.APPID)).isEqualTo(1);
  }

  @Test
  void aRefusedAppTokenIsReplacedAndTheCallRepeated() throws Exception {
    String session = "session=" + sessions.begin(oauth.getAccessToken(code()).openid());
    get("/me", session);
    wechat.killAppTokens(WeChatSimulator.APPID);

    assertThat(get("/me", session).body()).contains("You follow our account.");
    assertThat(wechat.counters().errors(Endpoint.FOLLOWER, 40001)).isEqualTo(1);
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
  void aReloadOnAnotherNodeIsAnsweredByTheSession() throws Exception {
    HttpResponse<String> login = get("/login", "");
    String code = code();
    String session = session(callback(login, code));

    try (WeChatOAuth otherOauth = client()) {
      HttpServer other = server();
      serve(otherOauth, "http://localhost", other);
      String path = "/callback?code=" + code + "&state=" + state(login);

      HttpResponse<String> signedIn = get(other, path, visitor(login) + "; " + session);
      HttpResponse<String> withoutSession = get(other, path, visitor(login));

      assertThat(header("Location", signedIn)).isEqualTo("/me");
      assertThat(header("Location", withoutSession)).startsWith(wechat.uri().toString());
      assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isEqualTo(1);
      other.stop(0);
    }
  }

  @Test
  void aCallbackThatTheBrowserDidNotAskForStartsAgainBeforeItsCodeIsUsed() throws Exception {
    String path = "/callback?code=" + code() + "&state=";
    String attackers = path + state(get("/login", ""));
    String victim = visitor(get("/login", ""));

    assertThat(header("Location", get(attackers, victim))).startsWith(wechat.uri().toString());
    assertThat(header("Location", get(attackers, ""))).startsWith(wechat.uri().toString());
    assertThat(header("Location", get(attackers, "visitor="))).startsWith(wechat.uri().toString());
    assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isZero();
  }

  @Test
  void aCallbackWithoutAStateEndsOnAPageThatOffersToStartAgain() throws Exception {
    HttpResponse<String> callback = get("/callback?code=" + code(), visitor(get("/login", "")));

    assertThat(callback.statusCode()).isEqualTo(503);
    assertThat(callback.body()).contains("href=\"/login\"");
    assertThat(wechat.counters().calls(Endpoint.EXCHANGE)).isZero();
  }

  @Test
  void aUserWhoDidNotAgreeIsToldSo() throws Exception {
    HttpResponse<String> login = get("/login", "");

    assertThat(get("/callback?state=" + state(login), visitor(login)).body())
        .contains("did not agree", "href=\"/login\"");
  }

  @Test
  void aSnapshotUserIsNotSignedIn() throws Exception {
    String code = wechat.authorizeSnapshot(WeChatSimulator.APPID);

    HttpResponse<String> callback = callback(get("/login", ""), code);

    assertThat(callback.statusCode()).isEqualTo(403);
    assertThat(callback.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void aUserOfWhomWeKnowTheOpenidAloneIsAskedForTheProfileOnce() throws Exception {
    oauth.getAccessToken(wechat.authorize(WeChatSimulator.APPID, "Ada", "snsapi_base"));
    String session = "session=" + sessions.begin(openid());

    HttpResponse<String> me = get("/me", session);

    assertThat(header("Location", me)).contains("scope=snsapi_userinfo&");
    String asked = header("Location", callback(me, code("snsapi_base")));
    assertThat(asked).isEqualTo("/me?profile=asked");
    assertThat(get(asked, session).body()).contains("does not let us", "href=\"/login\"");
    assertThat(wechat.counters().calls(Endpoint.USERINFO)).isZero();
  }

  @Test
  void aNicknameIsTextAndNeverMarkup() {
    assertThat(Page.profile("oAbc", "<b>张三</b> & {text}", false))
        .contains("<h1>&lt;b&gt;张三&lt;/b&gt; &amp; &#123;text}</h1>");
  }

  @Test
  void aBrowserWithoutASessionIsSentToSignIn() throws Exception {
    assertThat(header("Location", get("/me", ""))).isEqualTo("/login");
    assertThat(header("Location", get("/me", "session=oAbc.forged"))).isEqualTo("/login");
  }

  @Test
  void aUserWithoutATokenIsSentToWeChat() throws Exception {
    assertThat(header("Location", get("/me", "session=" + sessions.begin("oAbc"))))
        .startsWith(wechat.uri().toString());
  }

  @Test
  void anOutageIsNoReasonToSignInAgain() throws Exception {
    String openid = oauth.getAccessToken(code()).openid();
    wechat.close();

    assertThat(get("/me", "session=" + sessions.begin(openid)).statusCode()).isEqualTo(503);
  }

  private WeChatOAuth client() {
    return WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
        .store(store)
        .apiEndpoint(wechat.uri())
        .openEndpoint(wechat.uri())
        .clock(wechat.clock())
        .build();
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  private void serve(WeChatOAuth client, String publicUrl, HttpServer on) {
    Followers followers = new Followers(client.app(), wechat.uri());
    new WebApp(client, followers, sessions, publicUrl).addTo(on);
    on.start();
  }

  private String openid() {
    return wechat.openid(WeChatSimulator.APPID, "Ada");
  }

  private String code() {
    return code("snsapi_userinfo");
  }

  private String code(String scope) {
    return wechat.authorize(WeChatSimulator.APPID, "Ada", scope);
  }

  private static String session(HttpResponse<String> callback) {
    return header("Set-Cookie", callback).replaceAll(";.*", "");
  }

  private HttpResponse<String> callback(HttpResponse<String> login, String code) throws Exception {
    return get("/callback?code=" + code + "&state=" + state(login), visitor(login));
  }

  /** Returns the state that WeChat sends back. */
  private static String state(HttpResponse<String> login) {
    return URI.create(header("Location", login)).getQuery().replaceAll(".*state=", "");
  }

  /** Returns the cookie that the browser sends back. */
  private static String visitor(HttpResponse<String> login) {
    return header("Set-Cookie", login).replaceAll(";.*", "");
  }

  private HttpResponse<String> get(String path, String cookie) throws Exception {
    return get(server, path, cookie);
  }

  private HttpResponse<String> get(HttpServer from, String path, String cookie) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + from.getAddress().getPort() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).setHeader("Cookie", cookie).build();
    return browser.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String header(String name, HttpResponse<String> answer) {
    return answer.headers().firstValue(name).orElse("");
  }
}
