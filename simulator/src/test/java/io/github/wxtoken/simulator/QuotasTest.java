package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits of docs/wechat-protocol.md#quotas. */
class QuotasTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @CsvSource({
    "EXCHANGE, 50000, 0",
    "REFRESH, 50000, 0",
    "USERINFO, 50000, 0",
    "AUTH, 0, 0",
    "JSCODE2SESSION, 100, 0",
    "RESET_SESSION_KEY, 60000, 0",
    "TOKEN, 0, 2000",
    "STABLE_TOKEN, 10000, 500000",
  })
  void theDocumentedLimitsHoldAtFirst(Endpoint endpoint, long perMinute, long perDay) {
    assertThat(scene.simulator.quotas().limit(endpoint))
        .isEqualTo(new Quotas.Limit(perMinute, perDay));
  }

  @Test
  void tooManyCallsInAMinuteAre45011UntilTheNextMinute() throws Exception {
    scene.simulator.clock().set(Instant.parse("2026-01-01T00:00:00Z"));
    scene.simulator.quotas().limit(Endpoint.REFRESH, new Quotas.Limit(2, 0));
    var tokens = scene.login();

    assertThat(scene.refresh(tokens).errcode()).isZero();
    assertThat(scene.refresh(tokens).errcode()).isZero();
    scene.later(Duration.ofSeconds(59));
    assertThat(scene.refresh(tokens).errcode()).isEqualTo(45011);
    assertThat(scene.refresh(Scene.OTHER, tokens).errcode()).isEqualTo(40030);
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.refresh(tokens).errcode()).isZero();
  }

  @Test
  void tooManyCallsInADayAre45009UntilMidnightInChina() throws Exception {
    scene.simulator.clock().set(Instant.parse("2026-01-01T15:59:59Z"));
    scene.simulator.quotas().limit(Endpoint.TOKEN, new Quotas.Limit(0, 1));

    assertThat(scene.globalToken(Scene.SERVICE).errcode()).isZero();
    assertThat(scene.globalToken(Scene.SERVICE).errcode()).isEqualTo(45009);
    assertThat(scene.globalToken(Scene.MINI).errcode()).isZero();
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.globalToken(Scene.SERVICE).errcode()).isZero();
  }

  @Test
  void miniProgramLoginsAreLimitedPerUser() throws Exception {
    scene.simulator.quotas().limit(Endpoint.JSCODE2SESSION, new Quotas.Limit(1, 0));

    assertThat(session("ann")).isZero();
    assertThat(session("ann")).isEqualTo(45011);
    assertThat(session("bob")).isZero();
  }

  private int session(String user) throws Exception {
    String code = scene.simulator.miniProgramLogin(Scene.MINI, user);
    return scene
        .client
        .get(
            Endpoint.JSCODE2SESSION,
            "appid",
            Scene.MINI,
            "secret",
            Scene.SECRET,
            "js_code",
            code,
            "grant_type",
            "authorization_code")
        .errcode();
  }

  @Test
  void exchangesAndProfilesAreLimitedPerApp() throws Exception {
    var tokens = scene.login();
    scene.simulator.quotas().limit(Endpoint.EXCHANGE, new Quotas.Limit(2, 0)); // the login was one
    scene.simulator.quotas().limit(Endpoint.USERINFO, new Quotas.Limit(1, 0));

    assertThat(scene.userinfo(tokens).errcode()).isZero();
    assertThat(scene.userinfo(tokens).errcode()).isEqualTo(45011);
    assertThat(scene.exchange("x").errcode()).isEqualTo(40029);
    assertThat(scene.exchange("x").errcode()).isEqualTo(45011);
  }

  @Test
  void limitsCanBeTakenOff() throws Exception {
    scene.simulator.quotas().limit(Endpoint.EXCHANGE, new Quotas.Limit(1, 1)).unlimited();

    assertThat(scene.exchange("x").errcode()).isEqualTo(40029);
    assertThat(scene.exchange("x").errcode()).isEqualTo(40029);
  }
}
