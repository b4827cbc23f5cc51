package io.github.wxtoken.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

/** The application without the profile of the demo: the pages of operators are closed. */
@ResourceLock(Site.SPRING_BOOT)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "wxtoken.simulator.enabled=true",
      "wxtoken.store.url=memory:",
      "example.operators=" + OperatorsTest.OPERATOR + ",another"
    })
class OperatorsTest {
  /** The openid of "amy" in the simulator, the same in every run. */
  static final String OPERATOR = "oNS94pikbD-_mqoCF4DcDbnxMcJ6";

  @Value("${local.server.port}")
  private int port;

  @Autowired private WeChatSimulator weChat;

  @BeforeEach
  void consent() {
    weChat.behaviour().consent(Consent.AUTO);
  }

  @Test
  void theOpenidIsThatOfAmy() {
    assertThat(weChat.openid(WeChatSimulator.APPID, "amy")).isEqualTo(OPERATOR);
  }

  @Test
  void anOperatorSignsInAndSeesThePageWithoutTheDemo() throws Exception {
    assertThat(new Visitor(port, "amy", "en").get("/operators").body())
        .contains("<h1>Operators</h1>")
        .doesNotContain("id=\"demo\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/operators", "/operators/meters", "/actuator/prometheus"})
  void anotherUserMayNotSeeThem(String path) throws Exception {
    Visitor ben = new Visitor(port, "ben", "en");
    ben.get("/login/wechat");

    assertThat(ben.get(path).statusCode()).isEqualTo(403);
  }

  @Test
  void thereIsNoDemo() throws Exception {
    assertThat(new Visitor(port, "amy", "en").get("/demo/refreshes").statusCode()).isEqualTo(404);
  }
}
