package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Fault.Kind;
import io.github.wxtoken.simulator.TestClient.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
  private final Scene scene = new Scene();
  private final Faults faults = scene.simulator.faults();

  @AfterEach
  void close() {
    scene.close();
  }

  private Reply struck(Fault fault) throws Exception {
    faults.clear();
    faults.add(Endpoint.EXCHANGE, fault);
    return scene.login();
  }

  @Test
  void bodiesCanBeAnything() throws Exception {
    assertThat(struck(Fault.of(Kind.EMPTY_BODY)).body()).isEmpty();
    assertThat(struck(Fault.of(Kind.HTML)).body()).startsWith("<html>");
    assertThat(struck(Fault.of(Kind.JSON_NULL)).body()).isEqualTo("null");
    assertThat(struck(Fault.of(Kind.JSON_ARRAY)).body()).isEqualTo("[]");
    assertThat(struck(Fault.of(Kind.HUGE_BODY)).body()).hasSizeGreaterThan(10 * 1024 * 1024);
    assertThat(struck(Fault.of(Kind.HUGE_BODY)).status()).isEqualTo(200);
  }

  @Test
  void httpErrorsComeAsHtmlOrJson() throws Exception {
    Reply html = struck(Fault.httpError(502));
    Reply json = struck(Fault.httpErrorJson(503));

    assertThat(html.status()).isEqualTo(502);
    assertThat(html.body()).startsWith("<html>");
    assertThat(json.status()).isEqualTo(503);
    assertThat(json.json()).doesNotContainKey("errcode");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 45009, 45011, 40226, 50002, 43003})
  void anyErrcodeCanBeGiven(int errcode) throws Exception {
    assertThat(struck(Fault.errcode(errcode)).errcode()).isEqualTo(errcode);
    assertThat(scene.simulator.counters().errors(Endpoint.EXCHANGE, errcode)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"CLOSED", "TRUNCATED"})
  void connectionsBreak(Kind kind) {
    assertThatThrownBy(() -> struck(Fault.of(kind))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> struck(Fault.of(kind).afterProcessing()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aClosedConnectionSendsNothingAndATruncatedBodyIsShorterThanItSays() throws Exception {
    faults.add(Endpoint.AUTH, Fault.of(Kind.CLOSED).times(1));
    faults.add(Endpoint.AUTH, Fault.of(Kind.TRUNCATED).times(1));

    assertThat(everything()).isEmpty();
    String[] parts = everything().split("\r\n\r\n", 2);
    int length = Integer.parseInt(parts[0].replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    assertThat(parts[1]).hasSize(length / 2).startsWith("{\"errcode\":");
  }

  private String everything() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), scene.simulator.port())) {
      socket.getOutputStream().write("GET /sns/auth HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HANG_IN_HEADERS", "HANG_IN_BODY"})
  void aHangingCallEndsWhenTheSimulatorCloses(Kind kind) throws Exception {
    faults.add(Endpoint.AUTH, Fault.of(kind));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), scene.simulator.port());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      socket.getOutputStream().write("GET /sns/auth HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      if (kind == Kind.HANG_IN_BODY) {
        assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
      }
      assertThat(scene.exchange("x").errcode()).as("others are served").isEqualTo(40029);

      scene.close();

      assertThat(rest(in)).doesNotContain("}");
    }
  }

  private static String rest(BufferedReader in) {
    StringBuilder rest = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0; c = in.read()) {
        rest.append((char) c);
      }
    } catch (IOException e) {
      // A reset is as good an end as any.
    }
    return rest.toString();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HANG_IN_HEADERS", "HANG_IN_BODY"})
  void hangingCallsDoNotKeepOthersFromBeingServed(Kind kind) throws Exception {
    faults.add(Endpoint.AUTH, Fault.of(kind).times(100));
    for (int i = 0; i < 100; i++) {
      var unused = scene.client.getLater(Endpoint.AUTH);
    }

    assertThat(scene.login().errcode()).isZero();
  }

  @Test
  void aSlowAnswerTakesItsTimeAndIsTheTrueOne() throws Exception {
    long start = System.nanoTime();
    Reply before = struck(Fault.slow(Duration.ofMillis(50)));
    Reply after = struck(Fault.slow(Duration.ofMillis(50)).afterProcessing());

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
    assertThat(before.errcode()).isZero();
    assertThat(after.errcode()).isZero();
  }

  @Test
  void aSlowAnswerEndsWhenTheSimulatorCloses() throws Exception {
    faults.add(Endpoint.AUTH, Fault.slow(Duration.ofDays(1)));
    Gate gate = faults.hold(Endpoint.AUTH);
    var slow = scene.client.getLater(Endpoint.AUTH);
    assertThat(gate.awaitArrivals(1, TestClient.SOON)).isTrue();
    gate.release();

    scene.close();

    assertThatThrownBy(() -> slow.get(TestClient.SOON.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void theDateCanBeWrong() throws Exception {
    Reply reply = struck(Fault.dateSkew(Duration.ofMinutes(-7)));

    assertThat(reply.errcode()).isZero();
    Duration skew = Duration.between(scene.simulator.clock().instant(), WireFormatTest.date(reply));
    assertThat(skew).isBetween(Duration.ofSeconds(-421), Duration.ofSeconds(-420));
  }

  @Test
  void theCharsetCanBeALie() throws Exception {
    faults.add(Endpoint.USERINFO, Fault.of(Kind.WRONG_CHARSET));
    Reply profile = scene.userinfo(scene.with(Switch.FOUR_BYTE_NICKNAME).login());

    assertThat(profile.header("Content-Type")).isEqualTo("text/plain; charset=ISO-8859-1");
    assertThat(profile.get("nickname")).isEqualTo("ann😀");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HTTP_ERROR", "ERRCODE", "EMPTY_BODY"})
  void beforeProcessingNothingHasHappened(Kind kind) throws Exception {
    String code = scene.code("snsapi_base");
    faults.add(Endpoint.EXCHANGE, Fault.of(kind).times(1));
    scene.exchange(code);

    assertThat(scene.exchange(code).get("access_token")).isNotEqualTo("absent");
    assertThat(scene.simulator.counters().successes(Endpoint.EXCHANGE)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HTTP_ERROR", "ERRCODE", "EMPTY_BODY"})
  void afterProcessingOnlyTheAnswerIsLost(Kind kind) throws Exception {
    String code = scene.code("snsapi_base");
    faults.add(Endpoint.EXCHANGE, Fault.of(kind).times(1).afterProcessing());

    scene.exchange(code);

    assertThat(scene.exchange(code).errcode()).isEqualTo(40163);
    assertThat(scene.simulator.counters().successfulExchanges(code)).isEqualTo(1);
  }

  @Test
  void aLostRefreshHasRefreshed() throws Exception {
    Reply tokens = scene.login();
    scene.later(Duration.ofHours(2));
    faults.add(Endpoint.REFRESH, Fault.of(Kind.EMPTY_BODY).times(1).afterProcessing());
    scene.refresh(tokens);

    scene.later(Duration.ofMinutes(119));
    String first = scene.refresh(tokens).get("access_token");

    assertThat(first).isNotEqualTo(tokens.get("access_token"));
    assertThat(scene.refresh(tokens).get("access_token")).isEqualTo(first);
    assertThat(scene.simulator.counters().calls(Endpoint.REFRESH)).isEqualTo(3);
  }

  @Test
  void aFaultStrikesSoManyTimes() throws Exception {
    faults.add(Endpoint.EXCHANGE, Fault.errcode(-1).times(2));

    assertThat(scene.login().errcode()).isEqualTo(-1);
    assertThat(scene.login().errcode()).isEqualTo(-1);
    assertThat(scene.login().errcode()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> Fault.errcode(-1).times(-1));
  }

  @Test
  void aFaultStrikesOneUserOnly() throws Exception {
    Reply ann = scene.login();
    Reply bob = scene.exchange(scene.simulator.authorize(Scene.SERVICE, "bob", "snsapi_userinfo"));
    faults.addEverywhere(Fault.errcode(-1).forOpenid(ann.get("openid")));

    assertThat(scene.userinfo(ann).errcode()).isEqualTo(-1);
    assertThat(scene.refresh(ann).errcode()).isEqualTo(-1);
    assertThat(scene.exchange(scene.code("snsapi_base")).errcode()).isEqualTo(-1);
    assertThat(scene.userinfo(bob).errcode()).isZero();
    assertThat(scene.refresh(bob).errcode()).isZero();
    assertThat(scene.globalToken(Scene.SERVICE).errcode()).isZero();
  }

  @Test
  void faultsAreTakenBackPerEndpointOrAltogether() throws Exception {
    faults.add(Endpoint.EXCHANGE, Fault.errcode(-1));
    faults.addEverywhere(Fault.errcode(45009));
    assertThat(scene.login().errcode()).isEqualTo(-1);

    faults.clear(Endpoint.EXCHANGE);
    assertThat(scene.login().errcode()).isEqualTo(45009);
    faults.clear();
    assertThat(scene.login().errcode()).isZero();
  }

  @Test
  void faultsThatKeepTheAnswerAddUpAndOfTheOthersTheFirstStrikes() throws Exception {
    faults.addEverywhere(Fault.dateSkew(Duration.ofHours(1)));
    faults.add(Endpoint.EXCHANGE, Fault.errcode(-1).times(1));
    faults.add(Endpoint.EXCHANGE, Fault.errcode(45009).times(1));
    faults.addEverywhere(Fault.dateSkew(Duration.ofHours(1)));

    faults.add(Endpoint.EXCHANGE, Fault.errcode(45011).times(1).afterProcessing());

    for (int errcode : new int[] {-1, 45009, 45011, 0}) {
      Reply reply = scene.login();
      assertThat(reply.errcode()).isEqualTo(errcode);
      assertThat(WireFormatTest.date(reply))
          .isAfter(scene.simulator.clock().instant().plus(Duration.ofMinutes(119)));
    }
  }

  @Test
  void pagesFailToo() throws Exception {
    faults.add(Endpoint.AUTHORIZE, Fault.httpError(504));

    assertThat(scene.client.get(Endpoint.AUTHORIZE).status()).isEqualTo(504);
  }
}
