package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers as strings, strings as numbers, byte order marks, and lives that are nonsense. */
class ScalarsTest {
  private static final String TOKEN =
      "\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\"";

  private final CannedServer server = new CannedServer();
  private final WeChatOAuth client = server.client().build();

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private OAuthToken token(String answer) {
    server.answersWith(answer);
    return client.getAccessToken("CODE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"42002", "\"42002\"", "\" 42002 \"", "42002.0", "\"42002.00\"", "4.2002e4"})
  void aRefreshTokenThatIsDeadIsKnownHoweverTheErrcodeIsWritten(String errcode) {
    server.answersWith("{\"errcode\":" + errcode + ",\"errmsg\":\"refresh_token expired\"}");

    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> client.refreshAccessToken("RT"))
        .withCauseInstanceOf(WeChatApiException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "\"0\"", "\" 0 \"", "0.0", "\"0.0\"", "-0", "0e5"})
  void anErrcodeOfZeroIsASuccessHoweverItIsWritten(String errcode) {
    assertThat(token("{\"errcode\":" + errcode + "," + TOKEN + "}").accessToken()).isEqualTo("AT");
    server.answersWith("{\"errcode\":" + errcode + ",\"errmsg\":\"ok\"}");
    assertThat(client.verifyToken("OID", "AT")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"40001\"", "40001.0", "\"40003\"", "\"42001\""})
  void aTokenThatIsDeadIsKnownHoweverTheErrcodeIsWritten(String errcode) {
    server.answersWith("{\"errcode\":" + errcode + "}");
    assertThat(client.verifyToken("OID", "AT")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"-1\"", "-1.0", "\" -1\""})
  void aBusyWeChatIsKnownHoweverTheErrcodeIsWritten(String errcode) {
    server.answersWith("{\"errcode\":" + errcode + "}");
    assertThatExceptionOfType(WeChatApiException.class)
        .isThrownBy(() -> client.verifyToken("OID", "AT"))
        .satisfies(e -> assertThat(e.errcode()).isEqualTo(-1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ufeff", "\ufeff\ufeff", "\ufeff\r\n", "\r\n\t \ufeff ", "", " \n"})
  void aByteOrderMarkBeforeAnAnswerOrARecordIsNoReasonToRefuseIt(String before) {
    String json = before + "{" + TOKEN + ",\"create_at\":5} \n";

    assertThat(token(json).accessToken()).isEqualTo("AT");
    assertThat(OAuthToken.fromJson(json).createAt()).isEqualTo(5);
    assertThat(OAuthToken.builder().openid("O").extraJson(before + "{\"a\":1}").build().extra())
        .containsEntry("a", 1L);
  }

  @Test
  void textThatAGatewayTurnedIntoNumbersIsReadAsItStood() {
    OAuthToken token =
        token(
            "{\"access_token\":12345678901234567890123,\"expires_in\":\"7200\",\"openid\":4711,"
                + "\"refresh_token\":59,\"scope\":1.50,\"unionid\":-3}");

    assertThat(token.accessToken()).isEqualTo("12345678901234567890123");
    assertThat(token.openid()).isEqualTo("4711");
    assertThat(token.refreshToken()).isEqualTo("59");
    assertThat(token.scope()).isEqualTo("1.50");
    assertThat(token.unionid()).isEqualTo("-3");
  }

  @Test
  void aProfilesTextMayBeNumbersToo() {
    token("{" + TOKEN.replace("\"OID\"", "4711") + "}");
    server.answersWith(
        "{\"openid\":4711,\"nickname\":123,\"sex\":\" 1.0 \",\"city\":0.10,\"unionid\":7,"
            + "\"privilege\":[1,\"B\",null,{}]}");
    UserInfo user = client.getUser("4711");

    assertThat(user.nickname()).isEqualTo("123");
    assertThat(user.sex()).isEqualTo(1);
    assertThat(user.city()).isEqualTo("0.10");
    assertThat(user.unionid()).isEqualTo("7");
    assertThat(user.privilege()).containsExactly("1", "B");
  }

  @ParameterizedTest
  @CsvSource({
    "1,true", "'\"1\"',true", "1.0,true", "true,true", "'\"true\"',true", "'\"TRUE\"',true",
    "0,false", "'\"0\"',false", "false,false", "'\"false\"',false", "2,false", "null,false"
  })
  void aSnapshotUserIsKnownHoweverTheFlagIsWritten(String flag, boolean snapshot) {
    assertThat(token("{" + TOKEN + ",\"is_snapshotuser\":" + flag + "}").isSnapshotUser())
        .isEqualTo(snapshot);
  }

  /** The code is spent by then, so the token is kept. */
  @ParameterizedTest
  @CsvSource({
    "7200,7200",
    "'\"7200\"',7200",
    "7200.9,7200",
    "'\" 7200.0 \"',7200",
    "1,1",
    "86400,86400",
    "86401,7200",
    "31536000,7200",
    "'\"31536000\"',7200",
    "7200000,7200",
    "9223372036854775807,7200",
    "99999999999999999999999999,7200",
    "1e30,7200"
  })
  void aLifeOfMoreThanADayIsTakenForTheUsualOne(String life, long seconds) {
    OAuthToken token = token("{" + TOKEN.replace("7200", life) + "}");

    assertThat(token.expiresIn()).isEqualTo(seconds);
    assertThat(token.expiresAt())
        .isEqualTo(Instant.ofEpochMilli(token.createAt()).plusSeconds(seconds));
  }

  @Test
  void aStoredLifeOfAYearIsReadAsItIsAndValidForTheUsualLife() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    for (long life : new long[] {86_401, Duration.ofDays(365).toSeconds(), Long.MAX_VALUE}) {
      OAuthToken token =
          OAuthToken.fromJson(
              "{\"openid\":\"O\",\"access_token\":\"AT\",\"expires_in\":\"%d\",\"create_at\":%d}"
                  .formatted(life, now.toEpochMilli()));

      assertThat(token.expiresIn()).isEqualTo(life);
      assertThat(OAuthToken.fromJson(token.toJson())).isEqualTo(token);
      assertThat(token.isValid(now.plusSeconds(7_199))).isTrue();
      assertThat(token.isValid(now.plusSeconds(7_200))).isFalse();
    }
  }

  @Test
  void aLifeThatIsNotBelievedIsLoggedWithoutTheToken() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      token("{" + TOKEN.replace("7200", "31536000").replace("AT", "CANARY") + "}");
      assertThat(log.lines())
          .anyMatch(line -> line.contains("lives for more than a day: 7200 s are assumed"))
          .noneMatch(line -> line.contains("CANARY"));
    }
  }

  @Test
  void aCreateAtOfWeChatsIsNotOurs() {
    long before = System.currentTimeMillis();
    assertThat(token("{" + TOKEN + ",\"create_at\":\"nonsense\"}").createAt())
        .isGreaterThanOrEqualTo(before);
  }

  @Test
  void aTimestampOfAMiniProgramMayBeAString() {
    for (String timestamp : new String[] {"1477314187", "\"1477314187\"", "1477314187.0"}) {
      Map<String, Object> fields = Map.copyOf(Json.readObject("{\"timestamp\":" + timestamp + "}"));
      assertThat(Scalars.number(fields.get("timestamp"))).isEqualByComparingTo("1477314187");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "[1]", "{}", "\"x\"", "\"\"", "1e999999999", "\"1e999999999\""})
  void whatIsNoNumberHasNone(String json) {
    assertThat(Scalars.number(Json.readObject("{\"a\":" + json + "}").get("a"))).isNull();
  }

  @Test
  void aStringOfAMillionDigitsCostsNothing() {
    assertThat(Scalars.number("9".repeat(1_000_000))).isNull();
  }
}
