package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client's reading of WeChat's answers, including impossible ones:
 * docs/wechat-protocol.md#http-and-json.
 */
class AnswersTest {
  private static final String PATH = "/sns/oauth2/access_token";

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

  /** The profile that WeChat answers with after a login without trouble. */
  private UserInfo user(String header, String answer) {
    token("{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"scope\":\"x\"}");
    server.answersWith("200 OK", header, answer);
    return client.getUser("OID");
  }

  private UserInfo user(String answer) {
    return user("Content-Type: text/plain", answer);
  }

  @Test
  void everyFieldOfATokenIsRead() {
    OAuthToken token =
        token(
            "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\","
                + "\"scope\":\"snsapi_base,snsapi_userinfo,\",\"unionid\":\"UID\"}");
    assertThat(token.accessToken()).isEqualTo("AT");
    assertThat(token.expiresIn()).isEqualTo(7200);
    assertThat(token.refreshToken()).isEqualTo("RT");
    assertThat(token.openid()).isEqualTo("OID");
    assertThat(token.scope()).isEqualTo("snsapi_base,snsapi_userinfo,");
    assertThat(token.unionid()).isEqualTo("UID");
    assertThat(token.isSnapshotUser()).isFalse();
    assertThat(token.extra()).isEmpty();
  }

  @Test
  void aProfileOfAnotherUserIsNotPassedOn() {
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> user("{\"openid\":\"ANOTHER\",\"nickname\":\"Eve\"}"))
        .withMessage("WeChat's answer to /sns/userinfo is unusable: it is of another openid");
  }

  @Test
  void onlyAccessTokenLifeAndOpenidMustBeThere() {
    OAuthToken token = token("{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\"}");
    assertThat(token.refreshToken()).isNull();
    assertThat(token.scope()).isNull();
    assertThat(token.unionid()).isNull();
  }

  @Test
  void whatIsUnknownIsKeptAsItCame() {
    OAuthToken token =
        token(
            "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\","
                + "\"new\":{\"a\":[1,null,true,\"é😀\"]},\"pi\":3.140}");
    assertThat(token.extra())
        .containsEntry("new", Map.of("a", Arrays.asList(1L, null, true, "é😀")))
        .containsEntry("pi", new BigDecimal("3.140"));
  }

  @Test
  void anErrcodeOfZeroIsASuccess() {
    assertThat(
            token(
                    "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"AT\",\"expires_in\":7200,"
                        + "\"openid\":\"OID\"}")
                .accessToken())
        .isEqualTo("AT");
  }

  @Test
  void aSnapshotUserIsKnownByTheNumberOne() {
    String answer =
        "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"O-%s\",\"is_snapshotuser\":%s}";
    server.answersWith(answer.formatted("1", "1"));
    assertThat(client.getAccessToken("code-1").isSnapshotUser()).isTrue();
    server.answersWith(answer.formatted("0", "0"));
    assertThat(client.getAccessToken("code-0").isSnapshotUser()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: text/plain; charset=ISO-8859-1",
        "Content-Type: application/json; encoding=utf-8",
        "X-Nothing: at all"
      })
  void aBodyIsUtf8WhateverItsHeaderSays(String header) {
    UserInfo user = user(header, "{\"openid\":\"OID\",\"nickname\":\"微信😀\"}");
    assertThat(user.nickname()).isEqualTo("微信😀");
  }

  @Test
  void rawControlCharactersInANicknameAreKept() {
    assertThat(user("{\"openid\":\"OID\",\"nickname\":\"a\u0014\n\tb\"}").nickname())
        .isEqualTo("a\u0014\n\tb");
  }

  @Test
  void aProfileIsReadWithAllItsFields() {
    UserInfo user =
        user(
            "{\"openid\":\"OID\",\"nickname\":\"Band\",\"sex\":1,\"language\":\"zh_CN\","
                + "\"city\":\"广州\",\"province\":\"广东\",\"country\":\"中国\","
                + "\"headimgurl\":\"https:\\/\\/thirdwx.qlogo.cn\\/x\\/132\","
                + "\"privilege\":[\"PRIVILEGE1\"],\"unionid\":\"UID\",\"later\":1}");
    assertThat(user)
        .isEqualTo(
            new UserInfo(
                "OID",
                "Band",
                1,
                "zh_CN",
                "广州",
                "广东",
                "中国",
                "https://thirdwx.qlogo.cn/x/132",
                List.of("PRIVILEGE1"),
                "UID",
                Map.of("later", 1L)));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "0,0", "'\"1\"',1", "'\"2\"',2", "'\"\"',0", "null,0", "7,0", "1e9,0"})
  void theSexIsANumberOrAString(String json, int sex) {
    assertThat(user("{\"openid\":\"OID\",\"sex\":" + json + "}").sex()).isEqualTo(sex);
  }

  @Test
  void whatAProfileLacksIsEmpty() {
    UserInfo user = user("{\"openid\":\"OID\"}");
    assertThat(user)
        .isEqualTo(new UserInfo("OID", "", 0, "", "", "", "", "", List.of(), null, Map.of()));
  }

  @Test
  void ofAFieldThatOccursTwiceTheLastOneCounts() {
    OAuthToken token =
        token(
            "{\"access_token\":\"FIRST\",\"expires_in\":7200,\"openid\":\"OID\","
                + "\"access_token\":\"LAST\"}");
    assertThat(token.accessToken()).isEqualTo("LAST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|not a JSON object",
        "` \n `|not a JSON object",
        "null|not a JSON object",
        "[\"canary\"]|not a JSON object",
        "\"canary\"|not a JSON object",
        "4711|not a JSON object",
        "<html>canary</html>|not well-formed JSON",
        "canary|not well-formed JSON",
        "{\"access_token\":\"canary\",\"expires_in\":72|not well-formed JSON",
        "{\"access_token\":\"canary|not well-formed JSON",
        "{\"access_token\":\"canary\"}{}|more than one JSON value",
        "{\"access_token\":\"canary\",}|not well-formed JSON",
        "{\"expires_in\":7200,\"openid\":\"canary\"}|access_token is missing",
        "{\"access_token\":\"\",\"expires_in\":7200,\"openid\":\"canary\"}|access_token is missing",
        "{\"access_token\":true,\"expires_in\":7200,\"openid\":\"canary\"}"
            + "|access_token is not a string",
        "{\"access_token\":\"canary\",\"openid\":\"canary\"}|expires_in is missing",
        "{\"access_token\":\"canary\",\"expires_in\":0,\"openid\":\"canary\"}|expires_in is missing",
        "{\"access_token\":\"canary\",\"expires_in\":-1,\"openid\":\"canary\"}"
            + "|expires_in is not a whole number from 0",
        "{\"access_token\":\"canary\",\"expires_in\":\"canary\",\"openid\":\"canary\"}"
            + "|expires_in is not a whole number from 0",
        "{\"access_token\":\"canary\",\"expires_in\":1e999999999,\"openid\":\"canary\"}"
            + "|expires_in is not a whole number from 0",
        "{\"access_token\":\"canary\",\"expires_in\":7200}|openid is missing",
        "{\"access_token\":\"canary\",\"expires_in\":7200,\"openid\":null}|openid is missing",
        "{\"access_token\":\"canary\",\"expires_in\":7200,\"openid\":\"\"}|openid must not be empty",
        "{\"access_token\":\"canary\",\"expires_in\":7200,\"openid\":\"../canary\"}"
            + "|openid must be 1 to 128 characters of [A-Za-z0-9_:-]",
        "{\"errcode\":\"\",\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":\"40029x\",\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":[40029],\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":null,\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":1.5,\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":99999999999,\"errmsg\":\"canary\"}|errcode is not a number",
        "{\"errcode\":1e999999999,\"errmsg\":\"canary\"}|errcode is not a number",
      })
  void anUnusableAnswerIsNamedAndNotQuoted(String answer, String rule) {
    assertUnusable(answer, rule);
  }

  @Test
  void aNumberOfAMillionDigitsIsUnusable() {
    assertUnusable("{\"expires_in\":" + "9".repeat(60_000) + "}", "not well-formed JSON");
  }

  @Test
  void deepNestingIsUnusable() {
    assertUnusable("{\"a\":" + "[".repeat(30_000), "not well-formed JSON");
  }

  private void assertUnusable(String answer, String rule) {
    server.answersWith(answer);
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> client.getAccessToken("CODE"))
        .withMessage("WeChat's answer to " + PATH + " is unusable: " + rule)
        .withNoCause();
  }

  @Test
  void aBodyOfTenMegabytesIsGivenUpAtOnce() {
    server.answersWith("{\"canary\":\"" + "x".repeat(10_000_000) + "\"}");
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> client.getAccessToken("CODE"))
        .withMessageContaining(PATH)
        .withRootCauseInstanceOf(IOException.class)
        .withStackTraceContaining("a body of more than 64 KiB");
  }

  @Test
  void aBodyOfExactly64KiBIsReadAndItsFieldsThatAreTooLongAreDropped() {
    String start =
        "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"new\":1,\"pad\":\"";
    String padding = "x".repeat(65_536 - start.length() - 2);
    OAuthToken token = token(start + padding + "\"}");
    assertThat(token.accessToken()).isEqualTo("AT");
    assertThat(token.extra()).isEqualTo(Map.of("new", 1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"500 No", "502 Bad Gateway", "503 No", "404 Not Found", "401 No", "304 x"})
  void aStatusOtherThan2xxIsAnErrorAlsoWithJson(String status) {
    server.answersWith(
        status,
        "Content-Type: application/json",
        status.startsWith("304") ? "" : "{\"errcode\":0,\"canary\":1}");
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> client.verifyToken("OID", "AT"))
        .withMessageStartingWith(
            "WeChat answered /sns/auth with HTTP status " + status.substring(0, 3) + " (app ");
  }

  @Test
  void aRedirectIsNotFollowed() {
    server.answersWith("302 Found", "Location: " + server.uri() + "/elsewhere", "");
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> client.getAccessToken("CODE"))
        .withMessageStartingWith("WeChat answered " + PATH + " with HTTP status 302 (app ");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void anErrmsgStaysOnOneLineAndIsBounded() {
    server.answersWith(
        "{\"errcode\":-7,\"errmsg\":\"a\\r\\nb\\u0000c\\u0085d\\u2028e\\u2029f"
            + "x".repeat(300)
            + "\"}");
    WeChatApiException e =
        catchThrowableOfType(WeChatApiException.class, () -> client.verifyToken("OID", "AT"));
    assertThat(e.errmsg()).startsWith("a  b c d e fxxx").hasSize(200);
    assertThat(e).hasMessageStartingWith("WeChat says -7: " + e.errmsg() + " (app ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"errcode\":-7}", "{\"errcode\":-7,\"errmsg\":5}"})
  void anErrmsgThatIsMissingIsEmpty(String answer) {
    server.answersWith(answer);
    assertThatExceptionOfType(WeChatApiException.class)
        .isThrownBy(() -> client.verifyToken("OID", "AT"))
        .satisfies(e -> assertThat(e.errmsg()).isEmpty());
  }

  /** A server that echoes what it was sent must not bring it into our logs. */
  @Test
  void whatWeSentIsMaskedInAnErrmsg() {
    String said = "no %1$s, no %1$s, no SECRET";
    server.answersWith("{\"errcode\":-7,\"errmsg\":\"" + said.formatted("the/code") + "\"}");
    assertThat(
            catchThrowableOfType(WeChatApiException.class, () -> client.getAccessToken("the/code")))
        .hasMessageStartingWith("WeChat says -7: no …, no …, no … (app ");
    server.answersWith("{\"errcode\":-7,\"errmsg\":\"" + said.formatted("RT") + "\"}");
    assertThat(
            catchThrowableOfType(WeChatApiException.class, () -> client.refreshAccessToken("RT")))
        .hasMessageStartingWith("WeChat says -7: no …, no …, no ");
    server.answersWith("{\"errcode\":-7,\"errmsg\":\"" + said.formatted("AT") + "\"}");
    assertThat(
            catchThrowableOfType(WeChatApiException.class, () -> client.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat says -7: no …, no …, no ");
  }

  @Test
  void whatWeSentIsMaskedInAnErrmsgAlsoAsItStoodInTheUrl() {
    server.answersWith("{\"errcode\":-7,\"errmsg\":\"GET ?code=the%2Fcode%3D%3D&x\"}");
    assertThat(
            catchThrowableOfType(
                WeChatApiException.class, () -> client.getAccessToken("the/code==")))
        .hasMessageStartingWith("WeChat says -7: GET ?code=…&x (app ");
  }
}
