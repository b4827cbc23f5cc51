package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Scene scene = new Scene();
  private final Faults faults = scene.simulator.faults();

  @AfterEach
  void close() {
    scene.close();
  }

  private CompletableFuture<Reply> refreshLater(Reply tokens) {
    return scene.client.getLater(Endpoint.REFRESH, Scene.refreshParameters(Scene.SERVICE, tokens));
  }

  @Test
  void aGateHoldsCallsBeforeTheyAreProcessed() throws Exception {
    Reply tokens = scene.login();
    Gate gate = faults.hold(Endpoint.REFRESH);
    var held = refreshLater(tokens);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();

    scene.login();
    gate.release();

    assertThat(held.get().errcode()).isEqualTo(40030);
  }

  @Test
  void aGateHoldsAnswersOfCallsThatAreProcessed() throws Exception {
    Reply tokens = scene.login();
    Gate gate = faults.hold(Endpoint.REFRESH, Timing.AFTER_PROCESSING, null);
    var held = refreshLater(tokens);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();
    assertThat(scene.simulator.counters().successes(Endpoint.REFRESH)).isEqualTo(1);

    scene.login();
    gate.release();

    assertThat(held.get().errcode()).isZero();
  }

  @Test
  void callsLeaveInTheOrderInWhichTheyCame() throws Exception {
    Reply tokens = scene.login();
    Gate gate = faults.hold(Endpoint.REFRESH);
    var first = refreshLater(tokens);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();
    var second = refreshLater(tokens);
    assertThat(gate.awaitArrivals(2, TestClient.SOON)).isTrue();

    gate.release(1);
    first.get();
    assertThat(second).isNotDone();
    assertThat(gate.arrivals()).isEqualTo(2);
    gate.close();

    assertThat(second.get().errcode()).isZero();
  }

  @Test
  void anOpenGateHoldsNobody() throws Exception {
    Reply tokens = scene.login();
    Gate gate = faults.hold(Endpoint.REFRESH);
    gate.release();

    assertThat(scene.refresh(tokens).errcode()).isZero();
    assertThat(gate.arrivals()).isEqualTo(1);
  }

  @Test
  void aGateHoldsOneUserOnlyAndOtherEndpointsNever() throws Exception {
    Reply ann = scene.login();
    Reply bob = scene.exchange(scene.simulator.authorize(Scene.SERVICE, "bob", "snsapi_base"));
    Gate gate = faults.hold(Endpoint.REFRESH, Timing.BEFORE_PROCESSING, ann.get("openid"));
    var held = refreshLater(ann);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();

    assertThat(scene.refresh(bob).errcode()).isZero();
    assertThat(scene.auth(ann).errcode()).isZero();
    assertThat(held).isNotDone();
  }

  @Test
  void aCallThatAFaultKeptFromBeingProcessedIsNotHeldAfterwards() throws Exception {
    faults.add(Endpoint.REFRESH, Fault.errcode(-1));
    Gate gate = faults.hold(Endpoint.REFRESH, Timing.AFTER_PROCESSING, null);

    assertThat(scene.refresh(scene.login()).errcode()).isEqualTo(-1);
    assertThat(gate.arrivals()).isZero();
  }

  @Test
  void waitingForArrivalsHasAnEnd() throws Exception {
    assertThat(faults.hold(Endpoint.REFRESH).awaitArrivals(1, Duration.ZERO)).isFalse();
  }

  @Test
  void aClosedSimulatorHasNoClosedGates() throws Exception {
    Gate before = faults.hold(Endpoint.REFRESH);
    scene.close();

    assertThat(before.isOpen()).isTrue();
    assertThat(faults.hold(Endpoint.REFRESH).isOpen()).isTrue();
  }
}
