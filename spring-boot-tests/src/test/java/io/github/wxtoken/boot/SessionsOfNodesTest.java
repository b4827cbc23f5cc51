package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;
import org.testcontainers.containers.GenericContainer;

/** Two nodes with Spring Session: tokens and sessions are in one Redis. */
@Tag("faults")
@EnabledIf("io.github.wxtoken.faults.Engine#answers")
class SessionsOfNodesTest {
  @RegisterExtension
  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              redis -> "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379))
          .version(url -> "Redis")
          .build();

  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;
  private static WeChatSimulator weChat;

  /** Without Spring Boot's auto-configuration, which is in another artifact in version 4. */
  @Configuration(proxyBeanMethods = false)
  @EnableRedisHttpSession
  static class Sessions {}

  @BeforeAll
  static void start() {
    String[] redis = {
      TestApplication.withSecurity(TestApplication.Driver.REDIS_CLIENT),
      "spring.data.redis.url=" + REDIS.url() + "/6",
      "wxtoken.store.timeout=30s", // a busy machine is no outage
      "wxtoken.appid=" + WeChatSimulator.APPID,
      "wxtoken.secret=" + WeChatSimulator.SECRET
    };
    first = LoginApplication.start(List.of(Sessions.class), redis);
    weChat = first.getBean(WeChatSimulator.class);
    weChat.behaviour().consent(Consent.AUTO);
    second =
        LoginApplication.start(
            List.of(Sessions.class),
            redis[0],
            redis[1],
            redis[2],
            redis[3],
            redis[4],
            "wxtoken.simulator.enabled=false",
            "wxtoken.api-endpoint=" + weChat.uri(),
            "wxtoken.open-endpoint=" + weChat.uri());
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  private static Visitor atFirst(String name) {
    return new Visitor(TestApplication.port(first), name);
  }

  private static Visitor atSecond(Visitor visitor) {
    return visitor.at(TestApplication.port(second));
  }

  /** The callback with the second node in place of the first. */
  private static URI atSecond(URI callback) {
    return URI.create(
        callback
            .toString()
            .replace(
                ":" + TestApplication.port(first) + "/", ":" + TestApplication.port(second) + "/"));
  }

  private static String openid(String name) {
    return weChat.openid(WeChatSimulator.APPID, name);
  }

  @Test
  void aUserWhoSignedInAtOneNodeIsSignedInAtTheOther() {
    Visitor amy = atFirst("amy");
    amy.get("/");

    String page = atSecond(amy).open("/whoami").body();

    assertThat(page).startsWith(openid("amy") + " ").contains("WECHAT_USER", "app=main");
  }

  @Test
  void aSignInThatBeginsAtOneNodeEndsAtTheOther() {
    Visitor ben = atFirst("ben");
    URI callback = ben.signInUpToTheCallback("/orders/7");

    assertThat(ben.get(atSecond(callback)).body()).startsWith("order 7");
    assertThat(ben.open("/").body()).contains(openid("ben"));
  }

  @Test
  void aRepeatedCallbackAtTheOtherNodeFindsTheSession() {
    Visitor cat = atFirst("cat");
    URI callback = cat.signInUpToTheCallback("/orders/7");
    cat.get(callback);
    long exchanges = weChat.counters().calls(Endpoint.EXCHANGE);

    assertThat(cat.get(atSecond(callback)).body()).startsWith("order 7");
    assertThat(weChat.counters().calls(Endpoint.EXCHANGE)).isEqualTo(exchanges);
  }

  @Test
  void theProfileIsReadAtTheOtherNode() {
    Visitor dan = atFirst("dan");
    dan.get("/login/wechat?consent");

    assertThat(atSecond(dan).open("/profile").body()).startsWith("nickname ");
  }

  @Test
  void aSignOutAtOneNodeEndsTheSessionAtTheOther() {
    Visitor eve = atFirst("eve");
    String csrf = eve.get("/csrf").body();
    atSecond(eve).post("/logout", "_csrf=" + csrf);

    assertThat(eve.open("/").statusCode()).isEqualTo(302);
  }
}
