package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CountersTest {
  private final Scene scene = new Scene();
  private final Counters counters = scene.simulator.counters();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void callsSuccessesAndErrorsCountPerEndpoint() throws Exception {
    scene.login();
    scene.exchange("x");
    scene.exchange("y");
    scene.client.getRaw("/simulator/counters");

    assertThat(counters.total()).isEqualTo(3);
    assertThat(counters.calls(Endpoint.EXCHANGE)).isEqualTo(3);
    assertThat(counters.successes(Endpoint.EXCHANGE)).isEqualTo(1);
    assertThat(counters.errors(Endpoint.EXCHANGE, 40029)).isEqualTo(2);
    assertThat(counters.errors(Endpoint.EXCHANGE, 40163)).isZero();
    assertThat(counters.calls(Endpoint.REFRESH)).isZero();
  }

  @Test
  void refreshesCountPerTokenAndPerUserAndSuccessesApart() throws Exception {
    Reply older = scene.login();
    scene.refresh(older);
    Reply newer = scene.login();
    scene.refresh(older);
    scene.refresh(newer);
    String openid = newer.get("openid");

    assertThat(counters.refreshes(older.get("refresh_token"))).isEqualTo(2);
    assertThat(counters.successfulRefreshes(older.get("refresh_token"))).isEqualTo(1);
    assertThat(counters.refreshes(newer.get("refresh_token"))).isEqualTo(1);
    assertThat(counters.refreshesOfOpenid(openid)).isEqualTo(3);
    assertThat(counters.successfulRefreshesOfOpenid(openid)).isEqualTo(2);
    assertThat(counters.refreshes("unknown")).isZero();
  }

  @Test
  void exchangesCountPerCode() throws Exception {
    String code = scene.code("snsapi_base");
    scene.exchange(code);
    scene.exchange(code);

    assertThat(counters.exchanges(code)).isEqualTo(2);
    assertThat(counters.successfulExchanges(code)).isEqualTo(1);
  }

  @Test
  void pagesCountWithTheirErrors() throws Exception {
    scene.client.get(Endpoint.AUTHORIZE);

    assertThat(counters.calls(Endpoint.AUTHORIZE)).isEqualTo(1);
    assertThat(counters.errors(Endpoint.AUTHORIZE, 10012)).isEqualTo(1);
  }

  @Test
  void aCallCountsWhenItArrives() throws Exception {
    Gate gate = scene.simulator.faults().hold(Endpoint.AUTH);
    var held = scene.client.getLater(Endpoint.AUTH);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();

    assertThat(counters.calls(Endpoint.AUTH)).isEqualTo(1);
    assertThat(held).isNotDone();
  }

  @Test
  void everythingStartsAgainFromZero() throws Exception {
    Reply tokens = scene.login();
    scene.refresh(tokens);
    scene.exchange("x");

    counters.reset();

    assertThat(counters.total()).isZero();
    assertThat(counters.errors(Endpoint.EXCHANGE, 40029)).isZero();
    assertThat(counters.refreshes(tokens.get("refresh_token"))).isZero();
    assertThat(counters.exchanges("x")).isZero();
  }
}
