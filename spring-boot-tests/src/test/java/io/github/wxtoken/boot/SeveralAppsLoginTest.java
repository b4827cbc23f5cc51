package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.test.WeChatMockMvc.wechatUserOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;

import io.github.wxtoken.boot.test.AutoConfigureWeChatSimulator;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** A service account, a website app, two more service accounts and a mini program. */
@SpringBootTest(
    classes = LoginApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=login",
      "wxtoken.http-timeout=60s",
      "wxtoken.appid=wxaccount",
      "wxtoken.secret=accountsecret",
      "wxtoken.apps.site.appid=wxsite",
      "wxtoken.apps.site.secret=sitesecret",
      "wxtoken.apps.site.website=true",
      "wxtoken.apps.mini.appid=wxmini",
      "wxtoken.apps.mini.secret=minisecret",
      "wxtoken.apps.mini.mini-program=true"
    })
@AutoConfigureWeChatSimulator
class SeveralAppsLoginTest {
  private static final String WECHAT =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605.1.15 MicroMessenger/8.0.50";

  @LocalServerPort private int port;

  @Autowired private WeChatSimulator weChat;

  @Autowired private WebApplicationContext context;

  @BeforeEach
  void consent() {
    weChat.behaviour().consent(Consent.AUTO);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  private Visitor inWeChat(String name) {
    return new Visitor(port, name).with("User-Agent", WECHAT);
  }

  @Test
  void aVisitorInWeChatSignsInToTheServiceAccount() {
    Visitor amy = inWeChat("amy");

    assertThat(location(amy.open("/"))).contains("/connect/oauth2/authorize?appid=wxaccount");
    assertThat(amy.get("/").body())
        .isEqualTo("home of " + weChat.openid("wxaccount", "amy") + " in main");
  }

  @Test
  void aVisitorElsewhereScansTheCodeOfTheWebsiteApp() {
    Visitor ben = new Visitor(port, "ben");

    assertThat(location(ben.open("/")))
        .contains("/connect/qrconnect?appid=wxsite", "scope=snsapi_login");
    assertThat(ben.get("/").body())
        .isEqualTo("home of " + weChat.openid("wxsite", "ben") + " in site");
  }

  @Test
  void aLinkChoosesTheApp() {
    assertThat(inWeChat("cat").get("/login/wechat/site").body())
        .isEqualTo("home of " + weChat.openid("wxsite", "cat") + " in site");
    assertThat(new Visitor(port, "dan").get("/login/wechat/main").body())
        .isEqualTo("home of " + weChat.openid("wxaccount", "dan") + " in main");
  }

  @Test
  void theProfileIsReadWithTheUsersApp() {
    assertThat(new Visitor(port, "eve").get("/profile").body()).startsWith("nickname ");
  }

  @Test
  void theConsentIsThatOfTheUsersApp() {
    Visitor fay = new Visitor(port, "fay");
    fay.get("/login/wechat/main");

    assertThat(location(fay.open("/login/wechat?consent"))).contains("appid=wxaccount");
  }

  @Test
  void theCallbackOfOneAppIsNoneOfAnother() {
    Visitor gil = new Visitor(port, "gil");
    String callback = gil.signInUpToTheCallback("/login/wechat/main").toString();

    HttpResponse<String> answer = gil.request(URI.create(callback.replace("/main/", "/site/")));

    assertThat(location(answer)).contains("/connect/qrconnect?appid=wxsite");
  }

  @Test
  void aMiniProgramHasNoLogin() {
    assertThat(new Visitor(port, "hal").open("/login/wechat/mini").statusCode()).isEqualTo(404);
  }

  @Test
  void aRequestOfMockMvcIsOneOfTheUserOfAnApp() throws Exception {
    MockMvcBuilders.webAppContextSetup(context)
        .apply(springSecurity())
        .build()
        .perform(
            servlet ->
                wechatUserOf("site", "ida").postProcessRequest(get("/").buildRequest(servlet)))
        .andExpect(content().string("home of " + weChat.openid("wxsite", "ida") + " in site"));
  }
}
