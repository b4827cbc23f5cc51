package io.github.wxtoken.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.TicketType;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

/** The application as the first command starts it. */
@ResourceLock(Site.SPRING_BOOT)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "spring.profiles.active=demo")
class ApplicationTest {
  @Value("${local.server.port}")
  private int port;

  @Autowired private WeChatSimulator weChat;
  @Autowired private WeChatOAuth oauth;
  @Autowired private WeChatApp app;

  @BeforeEach
  void consent() {
    weChat.behaviour().consent(Consent.AUTO);
  }

  private Visitor visitor(String name) {
    return new Visitor(port, name, "en");
  }

  private static String found(String pattern, HttpResponse<String> page) {
    Matcher matcher = Pattern.compile(pattern).matcher(page.body());
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest
  @CsvSource({
    "en-GB, en, Sign in with WeChat",
    "zh-CN, zh-CN, 微信登录",
    "zh-HK, zh-HK, 微信登录",
    "fr, fr, Sign in with WeChat"
  })
  void theBrowserChoosesTheLanguage(String asked, String language, String button) throws Exception {
    assertThat(new Visitor(port, "amy", asked).get("/").body())
        .contains("lang=\"" + language, button);
  }

  @Test
  void aVisitorSignsInByTheButtonAndSeesTheProfile() throws Exception {
    HttpResponse<String> profile = visitor("lilei").get("/login/wechat?consent&return=/me");

    assertThat(profile.uri().getPath()).isEqualTo("/me");
    assertThat(profile.body())
        .contains("<h1 id=\"nickname\">lilei</h1>", weChat.openid(WeChatSimulator.APPID, "lilei"));
  }

  @Test
  void aProfileThatNeedsConsentIsAskedForOnAPage() throws Exception {
    HttpResponse<String> page = visitor("ben").get("/me");

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body())
        .contains("May we see your profile?", "\"/login/wechat?consent&amp;return=/me\"");
  }

  @Test
  void aNicknameIsTextAndNeverMarkup() throws Exception {
    assertThat(visitor("<b>").get("/login/wechat?consent&return=/me").body())
        .contains("<h1 id=\"nickname\">&lt;b&gt;</h1>");
  }

  @Test
  void signingOutNeedsTheTokenOfThePage() throws Exception {
    Visitor cat = visitor("cat");
    String csrf =
        found("name=\"_csrf\" value=\"([^\"]+)\"", cat.get("/login/wechat?consent&return=/me"));

    assertThat(cat.post("/logout", "").statusCode()).isEqualTo(403);
    assertThat(cat.get("/").body()).contains("You are signed in.");
    assertThat(cat.post("/logout", "_csrf=" + csrf).body()).contains("Sign in with WeChat");
  }

  @Test
  void thePageToShareIsSignedForItsAddress() throws Exception {
    HttpResponse<String> page = visitor("dan").get("/share?from=timeline&name=%E5%BC%A0");

    assertThat(found("data-signature=\"([0-9a-f]{40})\"", page))
        .isEqualTo(
            Sha1.of(
                "jsapi_ticket=" + app.getTicket(TicketType.JSAPI).value(),
                "noncestr=" + found("data-nonce-str=\"([^\"]+)\"", page),
                "timestamp=" + found("data-timestamp=\"([^\"]+)\"", page),
                "url=http://localhost:" + port + "/share?from=timeline&name=%E5%BC%A0"));
  }

  @Test
  void theOperatorsSeeWhatTheNodeHasDone() throws Exception {
    Visitor eve = visitor("eve");
    eve.get("/login/wechat?consent&return=/me");

    assertThat(eve.get("/operators").statusCode()).isEqualTo(200);
    assertThat(eve.get("/operators/meters").body())
        .contains("\"node\":\"1\"", "\"refreshes\":", "\"millis\":100.0")
        .doesNotContain("\"signIns\":0,");
  }

  @Test
  void theDemoOfTwentyExpiredTokensCostsTwentyRefreshes() throws Exception {
    Visitor operator = visitor("operator");
    String csrf = found("data-csrf=\"([^\"]+)\"", operator.get("/operators"));
    long before = refreshes(operator.post("/demo/expire", "_csrf=" + csrf));
    operator.post("/demo/reads", "_csrf=" + csrf);

    assertThat(refreshes(operator.get("/demo/refreshes")) - before).isEqualTo(20);
    assertThat(operator.post("/demo/expire", "").statusCode()).isEqualTo(403);
  }

  private static long refreshes(HttpResponse<String> step) {
    return Long.parseLong(found("\"refreshes\":(\\d+)", step));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/share", "/me", "/operators", "/no-such-page"})
  void aPageMayLoadNothingFromElsewhereAndIsNotFramed(String path) throws Exception {
    Visitor fay = visitor("fay");
    fay.get("/login/wechat?consent&return=/me");
    HttpResponse<String> page = fay.get(path);

    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self' https://res.wx.qq.com;")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("same-origin");
    assertThat(page.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(page.body()).contains("/assets/style.css").doesNotContain("<style", " style=\"");
  }

  @Test
  void noPageShowsASecretOrAToken() throws Exception {
    Visitor gus = visitor("gus");
    gus.get("/login/wechat?consent&return=/me");
    String openid = weChat.openid(WeChatSimulator.APPID, "gus");

    for (String path :
        new String[] {
          "/",
          "/me",
          "/share",
          "/operators",
          "/operators/meters",
          "/actuator/health",
          "/actuator/prometheus"
        }) {
      assertThat(gus.get(path).body())
          .as(path)
          .doesNotContain(
              String.valueOf(oauth.getValidToken(openid).accessToken()),
              app.getAccessToken().value(),
              app.getTicket(TicketType.JSAPI).value(),
              "\"" + WeChatSimulator.SECRET + "\"");
    }
  }
}
