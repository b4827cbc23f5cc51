package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.test.WeChatMockMvc.wechatUser;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.github.wxtoken.boot.test.AutoConfigureWeChatSimulator;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** The whole application of docs/spring-boot.md, with the simulator and a web server. */
@SpringBootTest(
    classes = TestApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.endpoints.web.exposure.include=*",
      "management.endpoint.health.show-details=always",
      "wxtoken.http-timeout=60s",
      "management.health.defaults.enabled=false",
      "management.health.wechat.enabled=true"
    })
@AutoConfigureWeChatSimulator
class SignInTest {
  @LocalServerPort private int port;

  @Autowired private WeChatSimulator weChat;

  @Autowired private WebApplicationContext context;

  @Autowired private MeterRegistry registry;

  private MockMvc mvc;

  @BeforeEach
  void consent() {
    weChat.behaviour().consent(Consent.AUTO);
    mvc = MockMvcBuilders.webAppContextSetup(context).build();
  }

  @Test
  void aVisitorSignsInAndIsGreeted() {
    Visitor amy = new Visitor(port, "amy");

    HttpResponse<String> page = amy.get("/login");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.uri().getPath()).isEqualTo("/me");
    assertThat(page.body()).startsWith("Hello ");
    assertThat(amy.get("/me").body()).isEqualTo(page.body());
  }

  @Test
  void aRequestOfMockMvcIsOneOfAUserWhoHasSignedIn() throws Exception {
    // Not with(…): its return type differs between Spring 6 and 7, and this class runs on both.
    mvc.perform(
            context ->
                wechatUser("ben", "openid").postProcessRequest(get("/me").buildRequest(context)))
        .andExpect(status().isOk())
        .andExpect(content().string(Matchers.startsWith("Hello ")));
    mvc.perform(get("/me")).andExpect(status().is4xxClientError());
  }

  @Test
  void theSignInIsMeasured() {
    new Visitor(port, "cat").get("/login");

    assertThat(registry.get("wxtoken.callbacks").tag("outcome", "signed_in").timer().count())
        .isPositive();
    assertThat(registry.get("wxtoken.store.operations").timers()).isNotEmpty();
  }

  @Test
  void theHealthHasStoreLeasesAndClock() {
    Visitor operator = new Visitor(port, "operator");
    operator.get("/login");

    HttpResponse<String> health = operator.get("/actuator/health/wechat");

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains(
            "\"status\":\"UP\"", "\"store\":", "\"leases\":\"available\"", "clockAheadOfWeChat");
  }

  @Test
  void theInfoHasVersions() {
    assertThat(new Visitor(port, "operator").get("/actuator/info").body())
        .contains("\"wxtoken\":{", "\"version\":\"", "\"store\":");
  }

  @Test
  void noEndpointShowsTheSecret() {
    Visitor operator = new Visitor(port, "operator");
    for (String endpoint : new String[] {"configprops", "env", "beans", "health", "info"}) {
      assertThat(operator.get("/actuator/" + endpoint).body())
          .as(endpoint)
          .doesNotContain("\"" + WeChatSimulator.SECRET + "\"");
    }
  }
}
