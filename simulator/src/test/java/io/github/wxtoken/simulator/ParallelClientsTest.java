package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelClientsTest {
  private static final int CLIENTS = 64;

  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  /** All calls have arrived before the first is processed. */
  private List<Reply> atOnce(Endpoint endpoint, Supplier<CompletableFuture<Reply>> call)
      throws Exception {
    Gate gate = scene.simulator.faults().hold(endpoint);
    List<CompletableFuture<Reply>> calls = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      calls.add(call.get());
    }
    assertThat(gate.awaitArrivals(CLIENTS, TestClient.SOON)).isTrue();
    gate.release();
    List<Reply> replies = new ArrayList<>();
    for (CompletableFuture<Reply> one : calls) {
      replies.add(one.get());
    }
    return replies;
  }

  @Test
  void ofManyExchangesOfOneCodeOneSucceeds() throws Exception {
    String[] parameters = Scene.exchangeParameters(Scene.SERVICE, scene.code("snsapi_base"));

    List<Reply> replies =
        atOnce(Endpoint.EXCHANGE, () -> scene.client.getLater(Endpoint.EXCHANGE, parameters));

    assertThat(replies).filteredOn(reply -> reply.errcode() == 0).hasSize(1);
    assertThat(replies).filteredOn(reply -> reply.errcode() == 40163).hasSize(CLIENTS - 1);
  }

  @Test
  void manyRefreshesOfAnExpiredTokenMakeOneNewToken() throws Exception {
    Reply tokens = scene.login();
    scene.later(Duration.ofHours(2));
    String[] parameters = Scene.refreshParameters(Scene.SERVICE, tokens);

    List<Reply> replies =
        atOnce(Endpoint.REFRESH, () -> scene.client.getLater(Endpoint.REFRESH, parameters));

    assertThat(replies.stream().map(reply -> reply.get("access_token")).distinct()).hasSize(1);
    assertThat(scene.simulator.counters().refreshes(tokens.get("refresh_token")))
        .isEqualTo(CLIENTS);
  }

  @Test
  void ofManyLoginsOfOneUserOneGrantSurvives() throws Exception {
    List<Reply> logins =
        atOnce(
            Endpoint.EXCHANGE,
            () ->
                scene.client.getLater(
                    Endpoint.EXCHANGE,
                    Scene.exchangeParameters(Scene.SERVICE, scene.code("snsapi_base"))));

    int living = 0;
    for (Reply login : logins) {
      living += scene.auth(login).errcode() == 0 ? 1 : 0;
    }
    assertThat(living).isEqualTo(1);
  }
}
