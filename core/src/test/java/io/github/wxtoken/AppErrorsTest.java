package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** WeChat's refusals of an app: each says what to do, is remembered, and is not asked for again. */
class AppErrorsTest {
  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void freezeAtTheBeginningOfAMinute() {
    cluster.weChat.clock().freeze();
    long second = cluster.weChat.clock().instant().getEpochSecond() % 60;
    cluster.weChat.clock().advance(Duration.ofSeconds(60 - second));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Endpoint endpoint(AppTokenMode mode) {
    return mode == AppTokenMode.STABLE ? Endpoint.STABLE_TOKEN : Endpoint.TOKEN;
  }

  /** Asserts that 100 callers get a refusal, and WeChat one call. */
  private WeChatApiException refusal(WeChatApp app, AppTokenMode mode) {
    long before = cluster.weChat.counters().calls(endpoint(mode));
    for (int i = 0; i < 99; i++) {
      assertThatThrownBy(app::getAccessToken).isInstanceOf(WeChatApiException.class);
    }
    WeChatApiException refusal =
        catchThrowableOfType(WeChatApiException.class, app::getAccessToken);
    assertThat(cluster.weChat.counters().calls(endpoint(mode))).isEqualTo(before + 1);
    return refusal;
  }

  @ParameterizedTest
  @EnumSource(AppTokenMode.class)
  void anAddressThatIsNotOnTheAllowlistIsNamed(AppTokenMode mode) {
    cluster.weChat.addApp(cluster.weChat.app(WeChatSimulator.APPID).withIpAllowlist("203.0.113.9"));

    WeChatApiException refusal = refusal(cluster.app(b -> b.appTokenMode(mode)), mode);

    assertThat(refusal.errcode()).isEqualTo(40164);
    assertThat(refusal)
        .hasMessageContaining(
            "Add 127.0.0.1, the address that WeChat saw, to the app's IP allowlist (IP白名单)");
  }

  @ParameterizedTest
  @EnumSource(AppTokenMode.class)
  void aWrongSecretIsSaidToBeWrongAndNotShown(AppTokenMode mode) {
    WeChatApp app =
        WeChatApp.builder(WeChatSimulator.APPID, "CANARY-secret")
            .store(cluster.store)
            .apiEndpoint(cluster.weChat.uri())
            .clock(cluster.weChat.clock())
            .appTokenMode(mode)
            .build();
    try (app) {
      WeChatApiException refusal = refusal(app, mode);

      assertThat(refusal.errcode()).isEqualTo(40125);
      assertThat(refusal).hasMessageContaining("Check the secret");
      assertThat(refusal.toString()).doesNotContain("CANARY");
    }
  }

  @ParameterizedTest
  @CsvSource({"45009, quota is used up", "45011, next minute"})
  void aQuotaPausesFetchesUntilTheNextMinute(int errcode, String remedy) {
    WeChatApp app = cluster.app();
    cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.errcode(errcode).times(1));

    WeChatApiException refusal = refusal(app, AppTokenMode.STABLE);
    assertThat(refusal.errcode()).isEqualTo(errcode);
    assertThat(refusal).hasMessageContaining(remedy);

    cluster.weChat.clock().advance(Duration.ofMinutes(1));
    assertThat(app.getAccessToken().value()).isNotBlank();
  }

  @Test
  void aRefusalIsRememberedForAMinute() {
    WeChatApp app = cluster.app();
    cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.errcode(40164).times(1));
    refusal(app, AppTokenMode.STABLE);

    cluster.weChat.clock().advance(Duration.ofMinutes(1));

    assertThat(app.getAccessToken().value()).isNotBlank();
  }

  /** Other tests log at the same time, none of them of this app. */
  @Test
  void theLogSaysWhatFailedAndWhatHappensNext() {
    String appid = "wx-of-the-log";
    cluster.weChat.addApp(SimulatorApp.of(appid, WeChatSimulator.SECRET, AppKind.SERVICE_ACCOUNT));
    cluster.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.errcode(40164).times(1));
    try (LogCapture log = LogCapture.of(WeChatApp.class);
        WeChatApp app =
            WeChatApp.builder(appid, WeChatSimulator.SECRET)
                .store(cluster.store)
                .apiEndpoint(cluster.weChat.uri())
                .clock(cluster.weChat.clock())
                .build()) {
      refusal(app, AppTokenMode.STABLE);

      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("WARN") && line.contains(appid))
          .singleElement()
          .asString()
          .contains("Could not fetch the access token of app " + appid)
          .contains("40164");
    }
  }

  /** A refusal of 40001 without a secret in the request is not about the secret. */
  @Test
  void aTicketsRefusalIsNotBlamedOnTheSecret() {
    WeChatApp app = cluster.app();
    cluster.weChat.faults().add(Endpoint.TICKET, Fault.errcode(40001).times(2));

    WeChatApiException refusal =
        catchThrowableOfType(WeChatApiException.class, () -> app.getTicket(TicketType.JSAPI));

    assertThat(refusal).hasMessageContaining("40001").hasMessageContaining("access token");
    assertThat(String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT))
        .doesNotContain("secret");
  }
}
