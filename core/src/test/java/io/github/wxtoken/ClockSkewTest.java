package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expiry is judged by local clocks, so one that is wrong is told of: docs/design.md#times. */
class ClockSkewTest {
  private final Simulated simulated = Simulated.start();
  // Other tests log at the same time; no other skew is as odd as those here.
  private final LogCapture log = LogCapture.of(WeChatOAuth.class);

  @BeforeEach
  void freeze() {
    simulated.wechat.clock().freeze();
    simulated.wechat.clock().set(Instant.parse("2026-11-21T12:00:00Z"));
  }

  @AfterEach
  void close() {
    log.close();
    simulated.close();
  }

  private void ask(Duration skew) {
    simulated.wechat.faults().clear();
    simulated.wechat.faults().addEverywhere(Fault.dateSkew(skew));
    simulated.client.verifyToken("OID", "AT");
  }

  private List<String> warnings(long seconds) {
    String text = "This machine's clock is " + seconds + " s from WeChat's";
    return log.lines().stream().filter(line -> line.contains(text)).toList();
  }

  @Test
  void aClockThatIsBehindIsToldOf() {
    ask(Duration.ofSeconds(4321));
    assertThat(warnings(-4321)).singleElement().asString().startsWith("WARN");
  }

  @Test
  void aClockThatIsAheadIsToldOf() {
    ask(Duration.ofSeconds(-1234));
    assertThat(warnings(1234)).singleElement().asString().startsWith("WARN");
  }

  @Test
  void halfAMinuteIsTolerated() {
    ask(Duration.ofSeconds(30));
    ask(Duration.ofSeconds(-30));
    assertThat(warnings(30)).isEmpty();
    assertThat(warnings(-30)).isEmpty();
    ask(Duration.ofSeconds(31));
    assertThat(warnings(-31)).hasSize(1);
  }

  @Test
  void itIsToldOnceAnHour() {
    ask(Duration.ofSeconds(5432));
    ask(Duration.ofSeconds(5432));
    simulated.passes(Duration.ofHours(1).minusSeconds(1));
    ask(Duration.ofSeconds(5432));
    assertThat(warnings(-5432)).hasSize(1);
    simulated.passes(Duration.ofSeconds(1));
    ask(Duration.ofSeconds(5432));
    assertThat(warnings(-5432)).hasSize(2);
  }

  @Test
  void theListenerIsNotifiedOfEachDifference() {
    List<Duration> differences = new CopyOnWriteArrayList<>();
    WeChatOAuthListener listener =
        new WeChatOAuthListener() {
          @Override
          public void clockCompared(String appid, Duration ahead) {
            differences.add(ahead);
          }
        };
    try (WeChatOAuth client = simulated.client().listener(listener).build()) {
      simulated.wechat.faults().addEverywhere(Fault.dateSkew(Duration.ofSeconds(7)).times(1));
      client.verifyToken("OID", "AT");
      client.verifyToken("OID", "AT");
    }

    assertThat(differences).containsExactly(Duration.ofSeconds(-7), Duration.ZERO);
  }

  @Test
  void anOddDateIsNoReasonToRefuseAnAnswer() throws Exception {
    try (CannedServer server = new CannedServer();
        WeChatOAuth client = server.client().build()) {
      server.answersWith("200 OK", "Date: yesterday", "{\"errcode\":0}");
      assertThat(client.verifyToken("OID", "AT")).isTrue();
    }
  }
}
