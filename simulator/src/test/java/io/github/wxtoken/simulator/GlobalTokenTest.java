package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token of an app: docs/wechat-protocol.md#app-token. */
class GlobalTokenTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String fetch() throws Exception {
    return scene.globalToken(Scene.SERVICE).get("access_token");
  }

  private Reply stable(boolean force) throws Exception {
    return stable(
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":%s}"""
            .formatted(Scene.SERVICE, Scene.SECRET, force));
  }

  private Reply stable(String body) throws Exception {
    return scene.client.post(Endpoint.STABLE_TOKEN.path(), "application/json", body);
  }

  private int errcodeWith(String globalToken) throws Exception {
    return scene.ticket(globalToken).errcode();
  }

  @Test
  void eachCallMakesANewTokenAndOnlyThePreviousOneWorksOnFor300Seconds() throws Exception {
    String first = fetch();
    String second = fetch();
    assertThat(second).isNotEqualTo(first);
    assertThat(errcodeWith(first)).isZero();

    String third = fetch();
    assertThat(errcodeWith(first)).isEqualTo(40001);
    assertThat(errcodeWith(second)).isZero();
    scene.later(Duration.ofSeconds(299));
    assertThat(errcodeWith(second)).isZero();
    scene.later(Duration.ofSeconds(1));
    assertThat(errcodeWith(second)).isEqualTo(40001);
    assertThat(errcodeWith(third)).isZero();
  }

  @Test
  void aTokenLivesTwoHours() throws Exception {
    Reply token = scene.globalToken(Scene.SERVICE);
    assertThat(token.json()).containsOnlyKeys("access_token", "expires_in");
    assertThat(token.get("expires_in")).isEqualTo("7200");

    scene.later(Duration.ofHours(2));

    assertThat(errcodeWith(token.get("access_token"))).isEqualTo(42001);
  }

  @Test
  void aRunningClockDoesNotShortenAFreshToken() throws Exception {
    scene.simulator.clock().resume();

    assertThat(scene.globalToken(Scene.SERVICE).get("expires_in")).isEqualTo("7200");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', 41002",
    "wrong, '', '', 41004",
    "wrong, wrong, '', 40013",
    "wxservice, wrong, '', 40125",
    "wxservice, s3cret, '', 40002",
    "wxservice, s3cret, client_credentials, 40002",
  })
  void checksComeInOrder(String appid, String secret, String grantType, int errcode)
      throws Exception {
    Reply plain =
        scene.client.get(Endpoint.TOKEN, "grant_type", grantType, "appid", appid, "secret", secret);
    Reply stable =
        stable(
            """
            {"grant_type":"%s","appid":"%s","secret":"%s"}"""
                .formatted(grantType, appid, secret));

    assertThat(plain.errcode()).isEqualTo(errcode);
    assertThat(stable.errcode()).isEqualTo(errcode);
  }

  @Test
  void aBadSecretIs40001AsDocumentedWhenSwitched() throws Exception {
    scene.with(Switch.BAD_SECRET_IS_40001);

    assertThat(
            scene.client.get(Endpoint.TOKEN, "appid", Scene.SERVICE, "secret", "wrong").errcode())
        .isEqualTo(40001);
  }

  @Test
  void aUsersTokenIsNotGlobal() throws Exception {
    assertThat(errcodeWith(scene.login().get("access_token"))).isEqualTo(40001);
  }

  @Test
  void aKilledTokenIsNotLatest() throws Exception {
    String plain = fetch();
    String stable = stable(false).get("access_token");
    scene.simulator.killAccessToken(plain);
    scene.simulator.killAccessToken(stable);

    assertThat(errcodeWith(plain)).isEqualTo(40001);
    assertThat(errcodeWith(stable)).isEqualTo(40001);
    assertThat(stable(false).get("access_token")).isNotEqualTo(stable);
  }

  @Test
  void allTokensOfAnAppCanBeKilled() throws Exception {
    String plain = fetch();
    String stable = stable(false).get("access_token");
    String other = scene.globalToken(Scene.OTHER).get("access_token");

    scene.client.admin("killAppTokens", "appid", Scene.SERVICE);

    assertThat(errcodeWith(plain)).isEqualTo(40001);
    assertThat(errcodeWith(stable)).isEqualTo(40001);
    assertThat(errcodeWith(other)).isZero();
    assertThat(stable(false).get("access_token")).isNotEqualTo(stable);
  }

  @Test
  void aStableTokenStaysUntilItsLastFiveMinutes() throws Exception {
    String token = stable(false).get("access_token");

    scene.later(Duration.ofSeconds(6899));
    Reply same = stable(false);
    assertThat(same.get("access_token")).isEqualTo(token);
    assertThat(same.get("expires_in")).isEqualTo("301");

    scene.later(Duration.ofSeconds(1));
    Reply next = stable(false);
    assertThat(next.get("access_token")).isNotEqualTo(token);
    assertThat(next.get("expires_in")).isEqualTo("7200");
    assertThat(errcodeWith(token)).isZero();
    assertThat(errcodeWith(next.get("access_token"))).isZero();
    scene.later(Duration.ofMinutes(5));
    assertThat(errcodeWith(token)).isEqualTo(42001);
  }

  @Test
  void stableAndPlainTokensLeaveEachOtherAlone() throws Exception {
    String stable = stable(false).get("access_token");
    String plain = fetch();
    fetch();
    stable(true);

    assertThat(errcodeWith(plain)).isZero();
    assertThat(stable(false).get("access_token")).isNotEqualTo(plain).isNotEqualTo(stable);
  }

  @Test
  void aForcedCallReplacesTheTokenAtMostEvery30Seconds() throws Exception {
    String first = stable(false).get("access_token");
    String second = stable(true).get("access_token");
    assertThat(second).isNotEqualTo(first);
    assertThat(errcodeWith(first)).isEqualTo(40001);

    scene.later(Duration.ofSeconds(29));
    assertThat(stable(true).get("access_token")).isEqualTo(second);
    scene.later(Duration.ofSeconds(1));
    assertThat(stable(true).get("access_token")).isNotEqualTo(second);
    assertThat(errcodeWith(second)).isEqualTo(40001);
  }

  @Test
  void forcingTwiceKillsALeakedTokenEvenWithTheOverlap() throws Exception {
    scene.with(Switch.FORCED_TOKEN_OVERLAP);
    String leaked = stable(false).get("access_token");

    stable(true);
    assertThat(errcodeWith(leaked)).isZero();
    scene.later(Duration.ofSeconds(30));
    stable(true);
    assertThat(errcodeWith(leaked)).isEqualTo(40001);
  }

  @Test
  void aTokenMayBeForcedTwentyTimesADay() throws Exception {
    scene.simulator.clock().set(Instant.parse("2026-01-01T16:00:00Z"));
    for (int i = 0; i < 20; i++) {
      assertThat(stable(true).errcode()).isZero();
      scene.later(Duration.ofSeconds(30));
    }

    assertThat(stable(true).errcode()).isEqualTo(45009);
    assertThat(stable(false).errcode()).isZero();
    scene.later(Duration.ofDays(1));
    assertThat(stable(true).errcode()).isZero();
  }

  @Test
  void aStableTokenNeedsAJsonObject() throws Exception {
    assertThat(stable("appid=wxservice&secret=s3cret").errcode()).isEqualTo(40002);
    assertThat(stable("").errcode()).isEqualTo(40002);
    assertThat(stable("[1]").errcode()).isEqualTo(40002);
    assertThat(stable("{\"appid\":").errcode()).isEqualTo(40002);
    assertThat(stable("{\"appid\":null,\"x\":{\"appid\":\"y\"}}").errcode()).isEqualTo(41002);
    assertThat(scene.client.get(Endpoint.STABLE_TOKEN).errcode()).isEqualTo(43002);
  }

  @Test
  void anAddressOutsideTheAllowlistIsNamed() throws Exception {
    scene.simulator.addApp(scene.simulator.app(Scene.SERVICE).withIpAllowlist("1.2.3.4"));
    String path =
        Endpoint.TOKEN.path()
            + TestClient.query(
                "grant_type", "client_credential", "appid", Scene.SERVICE, "secret", Scene.SECRET);

    Reply refused = scene.client.getRaw(path);
    assertThat(refused.errcode()).isEqualTo(40164);
    assertThat(refused.get("errmsg"))
        .startsWith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist");
    assertThat(stable(false).errcode()).isEqualTo(40164);
    assertThat(scene.client.getRaw(path, "X-Simulator-Ip", "1.2.3.4").errcode()).isZero();
    assertThat(scene.login().errcode()).isZero();
  }

  @Test
  void miniProgramsAreExemptFromTheAllowlistUnlessSwitched() throws Exception {
    scene.simulator.addApp(scene.simulator.app(Scene.MINI).withIpAllowlist("1.2.3.4"));

    assertThat(scene.globalToken(Scene.MINI).errcode()).isZero();
    scene.with(Switch.MINI_PROGRAM_NEEDS_ALLOWLIST);
    assertThat(scene.globalToken(Scene.MINI).errcode()).isEqualTo(40164);
  }

  @Test
  void aTicketStaysTheSameWhileItLives() throws Exception {
    String token = fetch();
    Reply ticket = scene.ticket(token);
    assertThat(ticket.json())
        .containsEntry("errcode", "0")
        .containsEntry("errmsg", "ok")
        .containsEntry("expires_in", "7200");

    scene.later(Duration.ofSeconds(7199));
    assertThat(scene.ticket(token).get("ticket")).isEqualTo(ticket.get("ticket"));
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.ticket(fetch()).get("ticket")).isNotEqualTo(ticket.get("ticket"));
  }

  @Test
  void aRepeatedTicketHasTheRestOfItsLifeUnlessSwitched() throws Exception {
    String token = fetch();
    scene.ticket(token);
    scene.later(Duration.ofSeconds(7000));
    assertThat(scene.ticket(token).get("expires_in")).isEqualTo("200");

    scene.with(Switch.FULL_LIFE_WITH_REPEATED_TICKET);
    assertThat(scene.ticket(token).get("expires_in")).isEqualTo("7200");
  }

  @Test
  void theNextTicketComesInTheLastFiveMinutesWhenSwitched() throws Exception {
    scene.with(Switch.NEW_TICKET_AHEAD);
    String token = fetch();
    String ticket = scene.ticket(token).get("ticket");

    scene.later(Duration.ofSeconds(6899));
    assertThat(scene.ticket(token).get("ticket")).isEqualTo(ticket);
    scene.later(Duration.ofSeconds(1));
    assertThat(scene.ticket(token).get("ticket")).isNotEqualTo(ticket);
  }

  @Test
  void cardsHaveATicketOfTheirOwn() throws Exception {
    String token = fetch();
    Reply card = scene.client.get(Endpoint.TICKET, "access_token", token, "type", "wx_card");

    assertThat(card.get("ticket")).isNotEqualTo(scene.ticket(token).get("ticket"));
    assertThat(scene.client.get(Endpoint.TICKET, "access_token", token).errcode()).isEqualTo(40097);
    assertThat(scene.client.get(Endpoint.TICKET).errcode()).isEqualTo(41001);
  }
}
