package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class WeChatSimulatorTest {
  @Test
  void oneLineStartsOneThatKnowsAnApp() throws Exception {
    try (WeChatSimulator simulator = WeChatSimulator.start()) {
      String code = simulator.authorize("wxsimulator", "ann", "snsapi_base");

      assertThat(
              new TestClient(simulator)
                  .get(
                      Endpoint.EXCHANGE,
                      "appid",
                      "wxsimulator",
                      "secret",
                      "secret",
                      "code",
                      code,
                      "grant_type",
                      "authorization_code")
                  .errcode())
          .isZero();
      assertThat(simulator.uri()).hasHost("127.0.0.1").hasPort(simulator.port());
      assertThat(simulator.app("wxsimulator").redirectDomains())
          .containsExactlyInAnyOrder("localhost", "127.0.0.1");
    }
  }

  @Test
  void aTakenPortIsNamed() {
    try (WeChatSimulator one = WeChatSimulator.start()) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> WeChatSimulator.builder().port(one.port()).start())
          .withMessageContaining("127.0.0.1:" + one.port());
    }
  }

  @Test
  void aClosedOneAnswersNobodyAndFreesItsPort() {
    WeChatSimulator closed = WeChatSimulator.start();
    int port = closed.port();
    closed.close();

    assertThatThrownBy(() -> new TestClient(closed).get(Endpoint.AUTH))
        .isInstanceOf(IOException.class);
    WeChatSimulator.builder().port(port).start().close();
  }

  @Test
  void aHostCanBeChosen() throws Exception {
    try (WeChatSimulator simulator = WeChatSimulator.builder().host("localhost").start()) {
      assertThat(simulator.uri()).hasHost("localhost");
      assertThat(new TestClient(simulator).get(Endpoint.AUTH).errcode()).isEqualTo(41001);
    }
  }
}
