package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.test.WeChatMockMvc.wechatUser;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.github.wxtoken.boot.test.AutoConfigureWeChatSimulator;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Duplicate;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** The login that an application with Spring Security gets without a line of its own. */
@SpringBootTest(
    classes = LoginApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=login",
      "management.endpoints.web.exposure.include=*",
      "management.health.defaults.enabled=false",
      "wxtoken.http-timeout=60s"
    })
@AutoConfigureWeChatSimulator
class LoginTest {
  private static final Pattern LINK = Pattern.compile("href=\"([^\"]+)\"");

  @LocalServerPort private int port;

  @Autowired private WeChatSimulator weChat;

  @Autowired private TokenStore store;

  @Autowired private WebApplicationContext context;

  @BeforeEach
  void wellBehaved() {
    weChat
        .behaviour()
        .consent(Consent.AUTO)
        .duplicate(Duplicate.NONE)
        .set(Switch.DENIAL_REDIRECTS, true);
    weChat.faults().clear();
  }

  private Visitor visitor(String name) {
    return new Visitor(port, name);
  }

  private Visitor signedIn(String name) {
    Visitor visitor = visitor(name);
    assertThat(visitor.get("/").body()).isEqualTo("home of " + openid(name) + " in main");
    return visitor;
  }

  private String openid(String name) {
    return weChat.openid(WeChatSimulator.APPID, name);
  }

  private static String link(HttpResponse<String> page) {
    Matcher link = LINK.matcher(page.body());
    assertThat(link.find()).as(page.body()).isTrue();
    return link.group(1).replace("&amp;", "&");
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  private static String sessionId(Visitor visitor) {
    return visitor.open("/session").body();
  }

  @Test
  void aVisitorSignsInSilentlyAndReturnsToThePageThatWasAskedFor() {
    Visitor amy = visitor("amy");

    HttpResponse<String> toWeChat = amy.open("/orders/7?a=1&b=%20");
    HttpResponse<String> page = amy.get(Visitor.target(toWeChat));

    assertThat(location(toWeChat))
        .startsWith(weChat.uri() + "/connect/oauth2/authorize?")
        .contains("scope=snsapi_base");
    assertThat(page.uri()).hasToString("http://localhost:" + port + "/orders/7?a=1&b=%20");
    assertThat(page.body()).isEqualTo("order 7 a=1&b=%20");
  }

  /** The state has no place for it, so the session has. */
  @Test
  void aPageWithALongAddressIsReturnedTo() {
    String path = "/orders/7?filter=" + "x".repeat(100);

    assertThat(visitor("ben").get(path).body()).startsWith("order 7 filter=xxx");
  }

  @Test
  void theOpenidIsTheNameAndNothingSecretIsShown() {
    String page = signedIn("cat").get("/whoami").body();

    assertThat(page).startsWith(openid("cat") + " ").contains("ROLE_USER", "WECHAT_USER");
    String token = String.valueOf(store.getToken(openid("cat")).orElseThrow().accessToken());
    assertThat(page).doesNotContain(token, sessionId(signedIn("cat")));
  }

  @ParameterizedTest
  @CsvSource({
    "X-Requested-With, XMLHttpRequest",
    "Accept, application/json",
    "Accept, 'application/json, text/plain, */*'",
    "Sec-Fetch-Mode, cors"
  })
  void aScriptGets401(String header, String value) {
    HttpResponse<String> answer = visitor("script").with(header, value).open("/orders/7");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(location(answer)).isEmpty();
    assertThat(answer.headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith("wxtoken-visitor="));
  }

  @Test
  void theIdOfTheSessionChangesWithTheSignIn() {
    Visitor dan = visitor("dan");
    HttpResponse<String> toWeChat = dan.open("/session");
    String before =
        toWeChat.headers().allValues("Set-Cookie").stream()
            .filter(cookie -> cookie.startsWith("JSESSIONID="))
            .findFirst()
            .orElseThrow()
            .replaceAll("JSESSIONID=([^;]*).*", "$1");

    String after = dan.get(Visitor.target(toWeChat)).body();

    assertThat(after).isNotBlank().isNotEqualTo(before);
  }

  @Test
  void theVisitorIsACookieThatComesBackFromWeChat() {
    assertThat(visitor("eve").open("/").headers().allValues("Set-Cookie"))
        .anySatisfy(
            cookie ->
                assertThat(cookie)
                    .startsWith("wxtoken-visitor=")
                    .contains("Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=600"));
  }

  @Test
  void aReloadOfTheCallbackIsNoError() {
    Visitor fay = visitor("fay");
    URI callback = fay.signInUpToTheCallback("/orders/7");

    assertThat(fay.get(callback).body()).startsWith("order 7");
    assertThat(fay.get(callback).body()).startsWith("order 7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAME_CODE", "TWO_CODES"})
  void aCallbackThatComesTwiceIsNoError(String duplicate) {
    weChat.behaviour().duplicate(Duplicate.valueOf(duplicate));

    assertThat(visitor("gil" + duplicate).get("/orders/7").body()).startsWith("order 7");
  }

  @Test
  void eachOfTwoTabsReturnsToItsOwnPage() {
    Visitor hal = visitor("hal");
    URI first = hal.signInUpToTheCallback("/orders/1");
    URI second = hal.signInUpToTheCallback("/orders/2");

    assertThat(hal.get(first).body()).startsWith("order 1");
    assertThat(hal.get(second).body()).startsWith("order 2");
    assertThat(hal.get("/").body()).contains(openid("hal"));
  }

  /** Login CSRF: the attacker would see what the victim enters. */
  @Test
  void theCallbackOfAnotherBrowserSignsNobodyInAsItsUser() {
    URI callbackOfMallory = visitor("mallory").signInUpToTheCallback("/");
    Visitor ida = visitor("ida");

    HttpResponse<String> answer = ida.request(callbackOfMallory);

    assertThat(location(answer)).startsWith(weChat.uri() + "/connect/oauth2/authorize?");
    assertThat(ida.get(Visitor.target(answer)).body()).contains(openid("ida"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\n/b"})
  void aLinkLeadsToNoOtherSite(String returnPath) {
    HttpResponse<String> page =
        visitor("jan").get("/login/wechat?return=" + URLEncoder.encode(returnPath, UTF_8));

    assertThat(page.uri()).hasToString("http://localhost:" + port + "/");
  }

  @Test
  void aLinkSignsInAndLeadsToAPathOfThisSite() {
    assertThat(visitor("kim").get("/login/wechat?return=/orders/7").body()).startsWith("order 7");
    assertThat(visitor("kim").get("/login/wechat/main?return=/orders/7").body())
        .startsWith("order 7");
    assertThat(visitor("kim").get("/login/wechat").body()).startsWith("home of");
  }

  @Test
  void anAppThatDoesNotExistIsNotFound() {
    assertThat(visitor("kim").get("/login/wechat/nope").statusCode()).isEqualTo(404);
  }

  @Test
  void theConsentIsAskedForWhenAPageNeedsTheProfile() {
    Visitor lea = signedIn("lea");

    HttpResponse<String> asks = lea.get("/profile");
    HttpResponse<String> toWeChat = lea.open(link(asks));
    HttpResponse<String> profile = lea.get(Visitor.target(toWeChat));

    assertThat(asks.statusCode()).isEqualTo(403);
    assertThat(asks.body()).contains("Agree in WeChat");
    assertThat(location(toWeChat)).contains("scope=snsapi_userinfo");
    assertThat(profile.uri().getPath()).isEqualTo("/profile");
    assertThat(profile.body()).startsWith("nickname ");
  }

  @Test
  void theConsentCanBeAskedForByALink() {
    Visitor mia = signedIn("mia");

    assertThat(mia.get("/login/wechat?consent&return=/profile").body()).startsWith("nickname ");
  }

  @Test
  void aScriptThatNeedsTheProfileGets401() {
    Visitor max = signedIn("max").with("X-Requested-With", "XMLHttpRequest");

    assertThat(max.get("/profile").statusCode()).isEqualTo(401);
  }

  @Test
  void aUserWhoseTokenIsLostSignsInAgainByALink() {
    Visitor ned = signedIn("ned");
    store.deleteToken(openid("ned"));

    HttpResponse<String> asks = ned.get("/profile");

    assertThat(asks.body()).contains("Sign in with WeChat");
    ned.get(link(asks));
    assertThat(store.getToken(openid("ned"))).isPresent();
  }

  @Test
  void aUserWhoRefusesSeesAPageAndStaysSignedIn() {
    Visitor oto = signedIn("oto");
    weChat.behaviour().consent(Consent.DENY);

    HttpResponse<String> page = oto.get("/login/wechat?consent&return=/profile");

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body()).contains("You are not signed in.");
    assertThat(link(page)).isEqualTo("/login/wechat?return=%2Fprofile");
    assertThat(oto.get("/").body()).contains(openid("oto"));
  }

  @Test
  void aSnapshotUserSeesAPageWithoutASession() {
    weChat.behaviour().consent(Consent.SNAPSHOT);
    Visitor pam = visitor("pam");

    HttpResponse<String> page =
        pam.with("Accept-Language", "zh-CN").get("/login/wechat?consent&return=/profile");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("使用完整服务");
    assertThat(location(pam.open("/"))).startsWith(weChat.uri().toString());
  }

  @Test
  void anErrorOfWeChatIsNotShownToTheVisitor() {
    weChat.faults().add(Endpoint.EXCHANGE, Fault.errcode(40164));

    HttpResponse<String> page = visitor("quy").get("/orders/7");

    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body())
        .contains("Please try again in a minute.")
        .doesNotContain("40164", "code", "Exception");
  }

  @Test
  void aSignOutShowsAPageAndTheNextProtectedPageSignsInAgain() {
    Visitor sue = visitor("sue");
    URI callback = sue.signInUpToTheCallback("/csrf");
    String csrf = URLEncoder.encode(sue.get(callback).body(), UTF_8);

    HttpResponse<String> page = sue.post("/logout", "_csrf=" + csrf);

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("You are signed out.");
    assertThat(link(page)).isEqualTo("/login/wechat");
    assertThat(location(sue.request(callback))).startsWith(weChat.uri().toString());
    assertThat(store.getToken(openid("sue"))).as("the token").isPresent();
    assertThat(sue.get("/").body()).contains(openid("sue"));
  }

  @Test
  void aSignOutNeedsTheTokenAgainstForgery() {
    Visitor tom = signedIn("tom");

    assertThat(tom.post("/logout", "").statusCode()).isEqualTo(403);
    assertThat(tom.get("/").body()).contains(openid("tom"));
  }

  /** Whoever uses WeChat can sign in. */
  @Test
  void ofActuatorOnlyTheHealthIsShown() {
    Visitor uma = signedIn("uma");

    assertThat(visitor("probe").open("/actuator/health").statusCode()).isEqualTo(200);
    assertThat(uma.get("/actuator/env").statusCode()).isEqualTo(403);
    assertThat(uma.get("/actuator").statusCode()).isEqualTo(403);
  }

  @Test
  void springBootGeneratesNoPassword() {
    assertThat(context.getBeanNamesForType(UserDetailsService.class)).isEmpty();
  }

  @Test
  void aRequestOfMockMvcIsAuthenticated() throws Exception {
    MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).apply(springSecurity()).build();

    // Not with(…): its return type differs between Spring 6 and 7, and this class runs on both.
    mvc.perform(
            servlet -> wechatUser("vic").postProcessRequest(get("/whoami").buildRequest(servlet)))
        .andExpect(status().isOk())
        .andExpect(content().string(Matchers.startsWith(openid("vic"))))
        .andExpect(content().string(Matchers.containsString("WECHAT_USER")));
    mvc.perform(
            servlet -> wechatUser("vic").postProcessRequest(get("/profile").buildRequest(servlet)))
        .andExpect(content().string(Matchers.startsWith("nickname ")));
    mvc.perform(get("/whoami")).andExpect(status().is3xxRedirection());
  }
}
