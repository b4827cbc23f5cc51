package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How answers look: docs/wechat-protocol.md#http-and-json. */
class WireFormatTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void jsonIsCalledPlainTextUnlessSwitched() throws Exception {
    Reply ok = scene.login();
    assertThat(ok.header("Content-Type")).isEqualTo("text/plain");
    assertThat(scene.exchange("x").header("Content-Type")).isEqualTo("text/plain");

    scene.with(Switch.JSON_CONTENT_TYPE);
    assertThat(scene.exchange("x").header("Content-Type")).startsWith("application/json");
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 'invalid code'",
    "RID_WITH_COMMA, 'invalid code, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}'",
    "RID, 'invalid code rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}'",
    "HINT, 'invalid code hint: \\[[0-9a-f]{8}]'",
    "HINTS_REQ_ID, 'invalid code, hints: \\[ req_id: [0-9a-f]{8} ]'",
  })
  void errmsgEndsInOneOfFiveForms(ErrmsgSuffix suffix, String pattern) throws Exception {
    scene.simulator.behaviour().errmsgSuffix(suffix);

    assertThat(scene.exchange("x").get("errmsg")).matches(pattern);
  }

  @Test
  void badCredentialsMayGiveAnEmptyBody() throws Exception {
    scene.with(Switch.EMPTY_BODY_FOR_BAD_CREDENTIALS);

    Reply badAppid = scene.exchange("wrong", "x");
    Reply badSecret =
        scene.client.get(
            Endpoint.TOKEN, "appid", Scene.SERVICE, "secret", "wrong", "grant_type", "x");

    assertThat(badAppid.status()).isEqualTo(200);
    assertThat(badAppid.body()).isEmpty();
    assertThat(badSecret.body()).isEmpty();
    assertThat(scene.exchange("x").errcode()).isEqualTo(40029);
  }

  @Test
  void nicknamesMayHoldRawControlCharacters() throws Exception {
    Reply tokens = scene.with(Switch.CONTROL_CHARACTERS_IN_NICKNAME).login();

    assertThat(scene.userinfo(tokens).body()).contains("\"nickname\":\"ann\u0014\"");
  }

  @Test
  void nicknamesMayHoldFourByteCharacters() throws Exception {
    Reply tokens = scene.with(Switch.FOUR_BYTE_NICKNAME).login();

    assertThat(scene.userinfo(tokens).get("nickname")).isEqualTo("ann😀");
  }

  @Test
  void sexMayBeAString() throws Exception {
    Reply tokens = scene.with(Switch.SEX_AS_STRING).login();

    assertThat(scene.userinfo(tokens).body()).contains("\"sex\":\"0\"");
  }

  @Test
  void slashesAreEscapedUnlessSwitched() throws Exception {
    Reply tokens = scene.login();

    assertThat(scene.userinfo(tokens).body()).contains("\"https:\\/\\/");
    scene.without(Switch.ESCAPED_SLASHES);
    assertThat(scene.userinfo(tokens).body()).contains("\"https://");
  }

  @ParameterizedTest
  @EnumSource(
      value = Endpoint.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"AUTHORIZE", "QRCONNECT", "STABLE_TOKEN", "PHONE_NUMBER"})
  void getIsRequired(Endpoint endpoint) throws Exception {
    Reply reply = scene.client.post(endpoint.path(), "application/json", "{}");

    assertThat(reply.errcode()).isEqualTo(43001);
    assertThat(reply.get("errmsg")).startsWith("require GET");
  }

  @Test
  void theDateIsTheSimulators() throws Exception {
    scene.simulator.clock().set(Instant.parse("2031-02-03T04:05:06Z"));
    assertThat(date(scene.exchange("x"))).isEqualTo("2031-02-03T04:05:06Z");

    scene.later(Duration.ofDays(1));
    assertThat(date(scene.exchange("x"))).isEqualTo("2031-02-04T04:05:06Z");
  }

  static Instant date(Reply reply) {
    String header = reply.header("Date");
    return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  @Test
  void whatWeChatDoesNotHaveIsNotFound() throws Exception {
    assertThat(scene.client.getRaw("/").status()).isEqualTo(404);
    assertThat(scene.client.getRaw("/sns/nothing").status()).isEqualTo(404);
  }
}
