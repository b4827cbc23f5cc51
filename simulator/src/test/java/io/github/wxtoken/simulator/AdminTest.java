package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Covers what a test in another process can do. */
class AdminTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private Reply get(String path) throws Exception {
    return scene.client.getRaw("/simulator" + path);
  }

  @Test
  void theOperationsAreListed() throws Exception {
    assertThat(get("").body()).contains("\"POST /simulator/clock\"");
    assertThat(get("/").status()).isEqualTo(200);
    assertThat(get("/nothing").status()).isEqualTo(404);
  }

  @Test
  void theClockMoves() throws Exception {
    scene.client.admin("clock", "set", "2030-01-01T00:00:00Z");
    assertThat(scene.client.admin("clock", "advance", "PT2H").get("now"))
        .isEqualTo("2030-01-01T02:00:00Z");
    assertThat(get("/clock").get("epochMillis")).isEqualTo("1893463200000");

    scene.client.admin("clock", "frozen", "false");
    Instant before = scene.simulator.clock().instant();
    assertThat(before).isAfter(Instant.parse("2030-01-01T02:00:00Z"));
    scene.client.admin("clock", "frozen", "true");
    Instant frozen = scene.simulator.clock().instant();
    assertThat(scene.simulator.clock().instant()).isEqualTo(frozen);
  }

  @Test
  void aUserLogsInWithoutABrowser() throws Exception {
    Reply login =
        scene.client.admin(
            "authorize", "appid", Scene.SERVICE, "user", "安 n", "scope", "snsapi_base");

    assertThat(scene.exchange(login.get("code")).get("openid"))
        .isEqualTo(login.get("openid"))
        .isEqualTo(scene.simulator.openid(Scene.SERVICE, "安 n"));
    assertThat(get("/openid?appid=wxservice&user=%E5%AE%89%20n").json())
        .containsEntry("openid", login.get("openid"))
        .containsEntry("unionid", scene.simulator.unionid("安 n"));
  }

  @Test
  void aSnapshotUserLogsInToo() throws Exception {
    Reply login = scene.client.admin("authorizeSnapshot", "appid", Scene.SERVICE);

    assertThat(scene.exchange(login.get("code")).get("is_snapshotuser")).isEqualTo("1");
  }

  @Test
  void aMiniProgramLogsInAndEncrypts() throws Exception {
    Reply login = scene.client.admin("miniProgramLogin", "appid", Scene.MINI, "user", "ann");
    Reply session =
        scene.client.get(
            Endpoint.JSCODE2SESSION,
            "appid",
            Scene.MINI,
            "secret",
            Scene.SECRET,
            "js_code",
            login.get("js_code"),
            "grant_type",
            "authorization_code");
    Reply data =
        scene.client.admin(
            "encrypt",
            "appid",
            Scene.MINI,
            "session_key",
            session.get("session_key"),
            "json",
            "{\"a\":1}");

    assertThat(session.get("openid")).isEqualTo(login.get("openid"));
    assertThat(data.json()).containsOnlyKeys("encryptedData", "iv");
  }

  @Test
  void appsAreAdded() throws Exception {
    scene.client.admin(
        "apps",
        "appid",
        "wxnew",
        "secret",
        "s",
        "kind",
        "WEBSITE",
        "redirectDomains",
        "a.example, b.example",
        "unionid",
        "true",
        "ipAllowlist",
        "1.2.3.4");

    assertThat(scene.simulator.app("wxnew"))
        .isEqualTo(
            SimulatorApp.of("wxnew", "s", AppKind.WEBSITE)
                .withRedirectDomains("a.example", "b.example")
                .withUnionid(true)
                .withIpAllowlist("1.2.3.4"));
    assertThat(scene.simulator.app("wxnew").toString()).doesNotContain("s,").contains("wxnew");
  }

  @Test
  void tokensAreKilled() throws Exception {
    Reply killed = scene.login();
    scene.client.admin("killAccessToken", "access_token", killed.get("access_token"));
    assertThat(scene.auth(killed).errcode()).isEqualTo(40001);

    Reply revoked = scene.login();
    scene.client.admin("revoke", "appid", Scene.SERVICE, "user", "ann");
    assertThat(scene.refresh(revoked).errcode()).isEqualTo(40030);

    Reply changed = scene.login();
    scene.client.admin("changePassword", "appid", Scene.SERVICE, "user", "ann");
    assertThat(scene.refresh(changed).errcode()).isEqualTo(42007);
  }

  @Test
  void countersAreReadAndReset() throws Exception {
    String code = scene.code("snsapi_base");
    Reply tokens = scene.exchange(code);
    scene.refresh(tokens);
    scene.exchange("x");
    String refreshToken = tokens.get("refresh_token");

    assertThat(get("/counters").body())
        .contains("\"total\":3", "\"EXCHANGE\":2", "\"EXCHANGE\":{\"40029\":1}")
        .contains("\"" + tokens.get("openid") + "\":1")
        .doesNotContain(refreshToken);
    assertThat(get("/counters?detail=true").body()).contains(refreshToken, code);
    assertThat(get("/counters?refreshToken=" + refreshToken).json())
        .isEqualTo(Map.of("refreshes", "1", "successfulRefreshes", "1"));
    assertThat(get("/counters?code=" + code).json())
        .isEqualTo(Map.of("exchanges", "1", "successfulExchanges", "1"));
    assertThat(get("/counters?openid=" + tokens.get("openid")).json())
        .isEqualTo(Map.of("refreshesOfOpenid", "1", "successfulRefreshesOfOpenid", "1"));
    assertThat(scene.client.admin("counters/reset").get("total")).isEqualTo("0");
  }

  @Test
  void everySwitchIsWithinReach() throws Exception {
    Behaviour behaviour = scene.simulator.behaviour();
    for (Switch which : Switch.values()) {
      boolean other = !behaviour.isOn(which);
      scene.client.admin("behaviour", which.name(), Boolean.toString(other));
      assertThat(behaviour.isOn(which)).as(which.name()).isEqualTo(other);
    }
    scene.client.admin(
        "behaviour",
        "consent",
        "DENY",
        "duplicate",
        "TWO_CODES",
        "errmsgSuffix",
        "HINT",
        "callbackDelay",
        "PT1S",
        "sessionKeyLife",
        "PT1H",
        "expiresIn",
        "60",
        "pageError",
        "10004");

    assertThat(behaviour.consent()).isEqualTo(Consent.DENY);
    assertThat(behaviour.duplicate()).isEqualTo(Duplicate.TWO_CODES);
    assertThat(behaviour.errmsgSuffix()).isEqualTo(ErrmsgSuffix.HINT);
    assertThat(behaviour.callbackDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(behaviour.sessionKeyLife()).isEqualTo(Duration.ofHours(1));
    assertThat(behaviour.expiresIn()).isEqualTo(60);
    assertThat(behaviour.pageError()).isEqualTo(10004);
    assertThat(get("/behaviour").json())
        .containsEntry("consent", "DENY")
        .containsEntry("STRICT_PARAMETER_ORDER", "false");
  }

  @Test
  void limitsAreSet() throws Exception {
    scene.client.admin("quotas", "endpoint", "REFRESH", "perMinute", "7", "perDay", "8");
    assertThat(get("/quotas").body()).contains("\"REFRESH\":{\"perMinute\":7,\"perDay\":8}");

    scene.client.admin("quotas", "unlimited", "true");
    assertThat(get("/quotas").body()).isEqualTo("{}");
  }

  @Test
  void faultsAreSetAndCleared() throws Exception {
    String openid = scene.simulator.openid(Scene.SERVICE, "ann");
    scene.client.admin(
        "faults",
        "endpoint",
        "EXCHANGE",
        "kind",
        "ERRCODE",
        "code",
        "45009",
        "times",
        "1",
        "openid",
        openid,
        "timing",
        "AFTER_PROCESSING");
    scene.client.admin("faults", "endpoint", "ALL", "kind", "SLOW", "duration", "PT0.001S");

    assertThat(get("/faults").body())
        .contains("\"code\":45009", "\"endpoint\":\"ALL\"", "PT0.001S");
    String code = scene.code("snsapi_base");
    assertThat(scene.exchange(code).errcode()).isEqualTo(45009);
    assertThat(scene.exchange(code).errcode()).isEqualTo(40163);

    scene.client.admin("faults", "endpoint", "EXCHANGE", "kind", "HTTP_ERROR");
    assertThat(scene.exchange("x").status()).isEqualTo(502);
    scene.client.admin("faults/clear", "endpoint", "EXCHANGE");
    assertThat(scene.exchange("x").status()).isEqualTo(200);
    assertThat(scene.client.admin("faults/clear").body()).isEqualTo("{\"faults\":[]}");
  }

  @Test
  void gatesHoldAndRelease() throws Exception {
    String gate = scene.client.admin("gates", "endpoint", "AUTH").get("gate");
    var first = scene.client.getLater(Endpoint.AUTH);
    assertThat(get("/gates?gate=" + gate + "&arrivals=1&timeout=PT30S").json())
        .containsEntry("arrived", "true")
        .containsEntry("open", "false");
    assertThat(get("/gates?gate=" + gate + "&arrivals=2&timeout=PT0S").get("arrived"))
        .isEqualTo("false");

    scene.client.admin("gates/release", "gate", gate, "calls", "1");
    assertThat(first.get().errcode()).isEqualTo(41001);
    var second = scene.client.getLater(Endpoint.AUTH);
    assertThat(get("/gates?gate=" + gate + "&arrivals=2").get("arrived")).isEqualTo("true");
    assertThat(scene.client.admin("gates/release", "gate", gate).get("open")).isEqualTo("true");
    assertThat(second.get().errcode()).isEqualTo(41001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorize?appid=wxservice&user=ann",
        "authorize?appid=nobody&user=ann&scope=snsapi_base",
        "clock?advance=2h",
        "clock?set=yesterday",
        "clock?frozen=perhaps",
        "clock?advance=PT2562047788015215H",
        "behaviour?SEX_AS_STRINGS=true",
        "behaviour?expiresIn=-1",
        "behaviour?consent=MAYBE",
        "faults?endpoint=NOWHERE&kind=SLOW",
        "faults?endpoint=ALL&kind=EARTHQUAKE",
        "gates/release?gate=99",
        "killAccessToken?access_token=x",
        "apps?appid=a&secret=b&kind=ROCKET",
        "encrypt?appid=wxmini&session_key=%21&json=%7B%7D",
      })
  void nonsenseIsRefusedWithAReason(String operation) throws Exception {
    Reply reply = scene.client.admin(operation);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.get("error")).isNotEqualTo("absent").isNotEqualTo("null");
  }
}
