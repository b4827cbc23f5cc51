package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Covers the page that a link leads to: docs/wechat-protocol.md#authorize-page. */
class AuthorizePageTest {
  private static final Pattern TICKET = Pattern.compile("name=\"ticket\" value=\"([^\"]+)\"");

  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private static String link(String redirect, String scope, String state) {
    return Endpoint.AUTHORIZE.path()
        + TestClient.query(
            "appid",
            Scene.SERVICE,
            "redirect_uri",
            redirect,
            "response_type",
            "code",
            "scope",
            scope,
            "state",
            state);
  }

  private static String qrLink(String... more) {
    return Endpoint.QRCONNECT.path()
        + TestClient.query(
            "appid",
            Scene.WEBSITE,
            "redirect_uri",
            "http://localhost/",
            "response_type",
            "code",
            "scope",
            "snsapi_login",
            "state",
            "s1")
        + TestClient.query(more).replace('?', '&');
  }

  private Reply open(String link) throws Exception {
    return scene.client.getRaw(link, "X-Simulator-User", "ann");
  }

  private Reply openBase(String redirect) throws Exception {
    return open(link(redirect, "snsapi_base", "s1"));
  }

  private Reply answer(Reply page, String answer) throws Exception {
    Matcher ticket = TICKET.matcher(page.body());
    assertThat(ticket.find()).as("a ticket in the page").isTrue();
    return scene.client.post(
        "/simulator/consent",
        "application/x-www-form-urlencoded",
        "ticket=" + ticket.group(1) + "&answer=" + answer);
  }

  private static String codeIn(Reply redirect) {
    return redirect.header("Location").replaceAll(".*[?&]code=([^&#]+).*", "$1");
  }

  @Test
  void aBaseScopeRedirectsAtOnce() throws Exception {
    Reply redirect = openBase("http://127.0.0.1:8080/cb");

    assertThat(redirect.status()).isEqualTo(302);
    assertThat(redirect.header("Location"))
        .matches("http://127\\.0\\.0\\.1:8080/cb\\?code=[A-Za-z0-9_-]{32}&state=s1");
    Reply tokens = scene.exchange(codeIn(redirect));
    assertThat(tokens.get("openid")).isEqualTo(scene.simulator.openid(Scene.SERVICE, "ann"));
    assertThat(tokens.get("scope")).isEqualTo("snsapi_base");
  }

  @Test
  void theProfileScopeAsksOnAPage() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=UTF-8");
    assertThat(page.body())
        .contains("<form method=\"post\"")
        .contains("value=\"consent\"")
        .contains("value=\"deny\"")
        .contains("ann")
        .doesNotContain("<script")
        .doesNotContain("http://");
  }

  @Test
  void consentLeadsBack() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    Reply redirect = answer(page, "consent");

    assertThat(redirect.status()).isEqualTo(302);
    assertThat(scene.exchange(codeIn(redirect)).get("openid"))
        .isEqualTo(scene.simulator.openid(Scene.SERVICE, "ann"));
  }

  @Test
  void aSecondConsentAfterGoingBackGivesAnotherCode() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    String first = codeIn(answer(page, "consent"));
    String second = codeIn(answer(page, "consent"));

    assertThat(second).isNotEqualTo(first);
    assertThat(scene.exchange(second).get("openid"))
        .isEqualTo(scene.simulator.openid(Scene.SERVICE, "ann"));
  }

  @Test
  void aRefusalCanBeChangedAfterGoingBack() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));
    answer(page, "deny");

    assertThat(answer(page, "consent").status()).isEqualTo(302);
  }

  @Test
  void anAnswerToAnUnknownPageSaysThatThePageIsNotValid() throws Exception {
    Reply reply =
        scene.client.post(
            "/simulator/consent",
            "application/x-www-form-urlencoded",
            "ticket=unknown&answer=consent");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("no longer valid").doesNotContain("二维码");
  }

  @Test
  void aTesterChoosesWhoSignsIn() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    Reply redirect = answer(page, "consent&user=bob");

    assertThat(scene.exchange(codeIn(redirect)).get("openid"))
        .isEqualTo(scene.simulator.openid(Scene.SERVICE, "bob"));
    assertThat(redirect.header("Set-Cookie")).startsWith("simulator_user=bob;");
  }

  @Test
  void aUserMayHaveAChineseNameWhichTheCookieKeeps() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    Reply redirect = answer(page, "consent&user=%E5%BC%A0%E4%B8%89");
    String cookie = redirect.header("Set-Cookie").replaceAll(";.*", "");

    assertThat(scene.userinfo(scene.exchange(codeIn(redirect))).get("nickname")).isEqualTo("张三");
    assertThat(cookie).isEqualTo("simulator_user=%E5%BC%A0%E4%B8%89");
    assertThat(
            scene
                .client
                .getRaw(
                    link("http://localhost/", "snsapi_userinfo", "s2"),
                    "Cookie",
                    "theme=dark; " + cookie)
                .body())
        .contains("value=\"张三\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b", "%3Cscript%3E", "a%0D%0ASet-Cookie:x", "%25", "%00"})
  void aNameOfOtherCharactersIsRefusedOnAPage(String user) throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    Reply reply = answer(page, "consent&user=" + user);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("Not a user name").doesNotContain("<script");
    assertThat(reply.header("Set-Cookie")).isEqualTo("absent");
  }

  @Test
  void aRefusalStaysOnThePage() throws Exception {
    Reply page = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    assertThat(answer(page, "deny").status()).isEqualTo(200);
  }

  @Test
  void aRefusalRedirectsWithTheStateAloneWhenSwitched() throws Exception {
    scene.with(Switch.DENIAL_REDIRECTS);
    Reply page = open(link("http://localhost/?a=b", "snsapi_userinfo", "s1"));

    assertThat(answer(page, "deny").header("Location")).isEqualTo("http://localhost/?a=b&state=s1");
  }

  @Test
  void usersMayConsentByThemselves() throws Exception {
    scene.simulator.behaviour().consent(Consent.AUTO);

    Reply redirect = open(link("http://localhost/", "snsapi_userinfo", "s1"));

    assertThat(scene.userinfo(scene.exchange(codeIn(redirect))).get("nickname")).isEqualTo("ann");
  }

  @Test
  void usersMayRefuseByThemselves() throws Exception {
    scene.simulator.behaviour().consent(Consent.DENY);

    assertThat(open(link("http://localhost/", "snsapi_userinfo", "s1")).status()).isEqualTo(200);
    assertThat(openBase("http://localhost/").status()).isEqualTo(302);
  }

  @Test
  void usersMayGetASnapshotPage() throws Exception {
    scene.simulator.behaviour().consent(Consent.SNAPSHOT);

    Reply redirect = open(link("http://localhost/", "snsapi_userinfo", "s1"));
    Reply base = openBase("http://localhost/");

    assertThat(scene.exchange(codeIn(redirect)).get("is_snapshotuser")).isEqualTo("1");
    assertThat(scene.exchange(codeIn(base)).get("is_snapshotuser")).isEqualTo("absent");
  }

  @Test
  void aLinkMayForceTheSnapshotPage() throws Exception {
    String link = link("http://localhost/", "snsapi_userinfo", "s1") + "&forceSnapShot=true";

    assertThat(scene.exchange(codeIn(open(link))).get("is_snapshotuser")).isEqualTo("1");
    scene.with(Switch.IGNORE_FORCE_SNAPSHOT);
    assertThat(open(link).status()).isEqualTo(200);
  }

  @Test
  void aLateCallbackCarriesAnOldCode() throws Exception {
    scene.simulator.behaviour().callbackDelay(Duration.ofSeconds(299));
    assertThat(scene.exchange(codeIn(openBase("http://localhost/"))).errcode()).isZero();

    scene.simulator.behaviour().callbackDelay(Duration.ofMinutes(5));
    assertThat(scene.exchange(codeIn(openBase("http://localhost/"))).errcode()).isEqualTo(40029);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/cb, http://localhost/cb?code=C&state=s1",
    "http://localhost, http://localhost?code=C&state=s1",
    "http://localhost/cb?x=1, http://localhost/cb?x=1&code=C&state=s1",
    "http://localhost/cb?, http://localhost/cb?code=C&state=s1",
    "http://localhost/cb?x=1&, http://localhost/cb?x=1&code=C&state=s1",
    "http://localhost/#/user, http://localhost/?code=C&state=s1#/user",
    "http://localhost/?x=1#/u?y=2, http://localhost/?x=1&code=C&state=s1#/u?y=2",
    "http://localhost/?x=a%20b, http://localhost/?x=a%20b&code=C&state=s1",
    "http://localhost/安?x={a|b}, http://localhost/%E5%AE%89?x=%7Ba%7Cb%7D&code=C&state=s1",
    "HTTPS://LOCALHOST:443/, HTTPS://LOCALHOST:443/?code=C&state=s1",
  })
  void codeAndStateGoBehindTheQueryAndBeforeTheFragment(String redirect, String location)
      throws Exception {
    assertThat(openBase(redirect).header("Location").replaceAll("code=[^&]+", "code=C"))
        .isEqualTo(location);
  }

  @Test
  void theStateComesBackEncoded() throws Exception {
    Reply redirect = open(link("http://localhost/", "snsapi_base", "a b&c=d#\r\n安"));

    assertThat(redirect.header("Location")).endsWith("&state=a%20b%26c%3Dd%23%0D%0A%E5%AE%89");
  }

  @Test
  void anEmptyStateIsEchoedUnlessSwitchedAndAMissingOneIsNot() throws Exception {
    String empty = link("http://localhost/", "snsapi_base", "");
    String missing = empty.replace("&state=", "");

    assertThat(open(empty).header("Location")).endsWith("&state=");
    assertThat(open(missing).header("Location")).doesNotContain("state");
    scene.without(Switch.ECHO_EMPTY_STATE);
    assertThat(open(empty).header("Location")).doesNotContain("state");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://www.localhost/",
        "http://localhost.evil.example/",
        "http://evil.example/localhost",
        "http://localhost@evil.example/",
        "http://evil.example@localhost/",
        "http://evil.example\\@localhost/",
        "http://evil.example#@localhost/",
        "//localhost/",
        "/cb",
        "javascript:alert(1)",
        "ftp://localhost/",
        "http://localhost/\r\nX: y",
        "http:///cb",
        "http://local host/",
      })
  void anotherHostIs10003(String redirect) throws Exception {
    Reply page = openBase(redirect);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.body()).contains("10003");
  }

  @Test
  void portsAreFineOnLoopbackHostsOnlyUnlessSwitched() throws Exception {
    scene.simulator.addApp(
        scene.simulator.app(Scene.SERVICE).withRedirectDomains("WWW.qq.com", "localhost"));

    assertThat(openBase("https://www.qq.com/").status()).isEqualTo(302);
    assertThat(openBase("https://www.qq.com:8443/").body()).contains("10003");
    assertThat(openBase("https://qq.com/").body()).contains("10003");
    assertThat(openBase("https://pay.qq.com/").body()).contains("10003");
    assertThat(openBase("http://localhost:8080/").status()).isEqualTo(302);
    scene.with(Switch.REJECT_LOOPBACK_PORTS);
    assertThat(openBase("http://localhost:8080/").body()).contains("10003");
    assertThat(openBase("http://localhost/").status()).isEqualTo(302);
  }

  @ParameterizedTest
  @CsvSource({
    "'', http://localhost/, snsapi_base, 10012",
    "wxservice, '', snsapi_base, 10011",
    "wxservice, http://localhost/, '', 10010",
    "nobody, http://localhost/, snsapi_base, 40013",
    "wxwebsite, http://localhost/, snsapi_base, 10016",
    "wxmobile, http://localhost/, snsapi_base, 10016",
    "wxmini, http://localhost/, snsapi_base, 10005",
    "wxservice, http://localhost/, snsapi_login, 10005",
  })
  void whatWeChatDoesNotOpenIsAPageWithACode(
      String appid, String redirect, String scope, String code) throws Exception {
    Reply page =
        scene.client.get(
            Endpoint.AUTHORIZE,
            "appid",
            appid,
            "redirect_uri",
            redirect,
            "response_type",
            "code",
            "scope",
            scope);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.body()).contains("错误码 " + code);
  }

  @ParameterizedTest
  @ValueSource(ints = {10004, 10006, 10009, 10015})
  void errorsWithoutACauseHereAreSet(int code) throws Exception {
    scene.simulator.behaviour().pageError(code);

    assertThat(openBase("http://localhost/").body()).contains("错误码 " + code);
  }

  @Test
  void aMissingStateIs10013WhenSwitched() throws Exception {
    scene.with(Switch.STATE_REQUIRED);

    assertThat(open(link("http://localhost/", "snsapi_base", "")).body()).contains("10013");
  }

  @Test
  void aStateOfOtherCharactersIsRefusedWhenSwitched() throws Exception {
    scene.with(Switch.STRICT_STATE);

    assertThat(open(link("http://localhost/", "snsapi_base", "aZ9")).status()).isEqualTo(302);
    assertThat(open(link("http://localhost/", "snsapi_base", "a-b")).status()).isEqualTo(200);
    assertThat(open(link("http://localhost/", "snsapi_base", "a".repeat(128))).status())
        .isEqualTo(302);
    assertThat(open(link("http://localhost/", "snsapi_base", "a".repeat(129))).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redirect_uri=R&appid=A&response_type=code&scope=S&state=x",
        "appid=A&redirect_uri=R&scope=S&response_type=code&state=x",
        "appid=A&redirect_uri=R&response_type=code&state=x&scope=S",
        "appid=A&redirect_uri=R&response_type=code&x=y&scope=S&state=x",
        "x=y&appid=A&redirect_uri=R&response_type=code&scope=S&state=x",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&scope=S",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&state=y",
        "appid=A&redirect_uri=R&response_type=code&scope=S&connect_redirect=1&state=x",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&forcePopup=true&connect_redirect=1",
        "appid=A&redirect_uri=R&response_type=code&scope=S&forceSnapShot=true&forcePopup=true",
      })
  void aLinkOutOfOrderIsNotOpenedUnlessSwitched(String pattern) throws Exception {
    String link = Endpoint.AUTHORIZE.path() + "?" + filled(pattern);

    assertThat(open(link).status()).isEqualTo(200);
    assertThat(open(link).body()).contains("out of order");
    scene.without(Switch.STRICT_PARAMETER_ORDER);
    assertThat(open(link).status()).isEqualTo(302);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "appid=A&redirect_uri=R&response_type=code&scope=S",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&connect_redirect=1",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&forcePopup=true",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x&component_appid=c&uin=1",
        "appid=A&redirect_uri=R&response_type=code&scope=S&state=x"
            + "&connect_redirect=1&forcePopup=true&forceSnapShot=true",
      })
  void aLinkInOrderIsOpened(String pattern) throws Exception {
    assertThat(open(Endpoint.AUTHORIZE.path() + "?" + filled(pattern)).status()).isEqualTo(302);
  }

  private static String filled(String pattern) {
    return pattern
        .replace("=A", "=" + Scene.SERVICE)
        .replace("=R", "=" + TestClient.encode("http://localhost/"))
        .replace("=S", "=snsapi_base");
  }

  @Test
  void theResponseTypeIsCode() throws Exception {
    assertThat(
            open(link("http://localhost/", "snsapi_base", "x").replace("=code", "=token")).body())
        .contains("response_type");
  }

  @Test
  void aWebsiteHasAPageOfItsOwnWhoseCodesLiveTenMinutes() throws Exception {
    Reply redirect = answer(open(qrLink()), "consent");
    String code = codeIn(redirect);

    scene.later(Duration.ofSeconds(599));

    assertThat(redirect.header("Location")).startsWith("http://localhost/?code=");
    assertThat(scene.exchange(Scene.WEBSITE, code).get("scope")).isEqualTo("snsapi_login");
  }

  @Test
  void aWebsitesPageHasALanguage() throws Exception {
    assertThat(open(qrLink()).body()).contains("lang=\"zh-CN\"").contains("同意");
    assertThat(open(qrLink("lang", "en")).body()).contains("lang=\"en\"").doesNotContain("同意");
  }

  @Test
  void aQrCodeLivesFiveMinutes() throws Exception {
    Reply page = open(qrLink());
    scene.later(Duration.ofMinutes(5));

    assertThat(answer(page, "consent").status()).isEqualTo(200);
  }

  @Test
  void aServiceAccountHasNoPageForWebsites() throws Exception {
    assertThat(open(qrLink().replace(Scene.WEBSITE, Scene.SERVICE)).body()).contains("10005");
  }

  @Test
  void aBrowserIsTheSameUserAgain() throws Exception {
    String link = link("http://localhost/", "snsapi_base", "x");
    Reply first = scene.client.getRaw(link);
    String cookie = first.header("Set-Cookie").split(";", 2)[0];

    Reply again = scene.client.getRaw(link, "Cookie", "a=b; " + cookie);
    Reply other = scene.client.getRaw(link);

    String openid = scene.exchange(codeIn(first)).get("openid");
    assertThat(scene.exchange(codeIn(again)).get("openid")).isEqualTo(openid);
    assertThat(again.header("Set-Cookie")).isEqualTo("absent");
    assertThat(scene.exchange(codeIn(other)).get("openid")).isNotEqualTo(openid);
  }

  @Test
  void nothingFromTheOutsideIsHtml() throws Exception {
    String attack = "<script>alert('1')</script>\"'{redirect}";
    scene.simulator.addApp(SimulatorApp.of("<i>app", Scene.SECRET, AppKind.SERVICE_ACCOUNT));

    String link =
        Endpoint.AUTHORIZE.path()
            + TestClient.query(
                "appid",
                "<i>app",
                "redirect_uri",
                "http://localhost/" + attack,
                "response_type",
                "code",
                "scope",
                "snsapi_userinfo,,",
                "state",
                attack);
    Reply page = scene.client.getRaw(link, "X-Simulator-User", attack);

    assertThat(page.body())
        .contains("<form")
        .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&#39;&#123;redirect}")
        .doesNotContain("<script")
        .doesNotContain("<i>");
    assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
  }

  @Test
  void pagesAreOnlyForGet() throws Exception {
    assertThat(scene.client.post(link("http://localhost/", "snsapi_base", "x"), "a/b", "").status())
        .isEqualTo(405);
  }
}
