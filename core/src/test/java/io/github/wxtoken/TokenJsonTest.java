package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON of a token, shared with Node: docs/wechat-protocol.md#records-of-wechat-oauth. */
class TokenJsonTest {
  /** The protocol's example of a file. */
  private static final String FILE =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\","
          + "\"scope\":\"snsapi_base\",\"create_at\":1538990000000}";

  @Test
  void theFileOfWechatOauthIsReadAndWrittenByteForByte() {
    OAuthToken token = OAuthToken.fromJson(FILE);
    assertThat(token)
        .isEqualTo(
            OAuthToken.builder()
                .accessToken("AT")
                .expiresIn(7200)
                .refreshToken("RT")
                .openid("OID")
                .scope("snsapi_base")
                .createAt(1538990000000L)
                .build());
    assertThat(token.toJson()).isEqualTo(FILE);
  }

  @Test
  void createAtIsLastAlsoAfterOtherFields() {
    String json =
        "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\","
            + "\"scope\":\"snsapi_userinfo\",\"is_snapshotuser\":1,\"unionid\":\"UID\","
            + "\"new\":null,\"create_at\":1538990000000}";
    assertThat(OAuthToken.fromJson(json).toJson()).isEqualTo(json);
  }

  @Test
  void aSessionHasNoFieldsOfAToken() {
    String json = "{\"openid\":\"OID\",\"session_key\":\"SK\",\"create_at\":1538990000000}";
    assertThat(OAuthToken.fromJson(json).toJson()).isEqualTo(json);
  }

  /** Node 20's JSON.stringify writes this; it leaves "/", "&lt;" and U+007F as they are. */
  @Test
  void textIsEscapedAsNodeDoes() {
    String json =
        "{\"openid\":\"OID\",\"a\":\"é😀/<>&\u2028\u007f\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\\","
            + "\"create_at\":0}";
    assertThat(OAuthToken.fromJson(json).toJson()).isEqualTo(json);
  }

  /** Also what Node 20's JSON.stringify writes. */
  @Test
  void halfOfASurrogatePairIsEscapedSinceItHasNoUtf8() {
    String json =
        "{\"openid\":\"OID\",\"scope\":\"\\ud83d\",\"a\":\"\\ude00\\ud83d😀\",\"create_at\":0}";
    OAuthToken token = OAuthToken.fromJson(json);

    assertThat(token.scope()).isEqualTo("\ud83d");
    assertThat(token.toJson()).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({"\"1538990000000\",\"7200\"", "1538990000000,7200", "1.53899e12,7200.0"})
  void numbersMayBeStrings(String createAt, String expiresIn) {
    OAuthToken token =
        OAuthToken.fromJson(
            "{\"openid\":\"OID\",\"create_at\":" + createAt + ",\"expires_in\":" + expiresIn + "}");
    assertThat(token.createAt()).isEqualTo(1538990000000L);
    assertThat(token.expiresIn()).isEqualTo(7200);
  }

  /** In Node "1538990000000" + 7200000 is a date in the year 490000. */
  @Test
  void aTokenWhoseCreateAtIsAStringExpiresOnTime() {
    OAuthToken token =
        OAuthToken.fromJson(
            "{\"access_token\":\"AT\",\"expires_in\":\"7200\",\"openid\":\"OID\","
                + "\"create_at\":\"1538990000000\"}");
    MemoryTokenStore store = new MemoryTokenStore();
    store.saveToken("OID", token);
    Instant end = Instant.ofEpochMilli(1538990000000L).plusSeconds(7200);
    try (WeChatOAuth before = clientAt(end.minusMillis(1), store);
        WeChatOAuth after = clientAt(end, store)) {
      assertThat(before.getValidToken("OID")).isEqualTo(token);
      assertThatExceptionOfType(ReauthorizationRequiredException.class)
          .isThrownBy(() -> after.getValidToken("OID"))
          .withMessage("the token of OID has no refresh token, so the user must sign in again");
    }
  }

  private static WeChatOAuth clientAt(Instant now, TokenStore store) {
    return WeChatOAuth.builder("APPID", "SECRET")
        .store(store)
        .clock(Clock.fixed(now, ZoneOffset.UTC))
        .refreshPolicy(RefreshPolicy.exact())
        .build();
  }

  @Test
  void unknownFieldsAreKeptWithoutLoss() {
    String json =
        "{\"openid\":\"OID\",\"big\":123456789012345678901234567890,\"decimal\":0.10,"
            + "\"long\":9223372036854775807,\"nested\":{\"a\":[1,{\"b\":null}],\"c\":{}},"
            + "\"null\":null,\"true\":true,\"emoji\":\"👩‍💻\",\"__proto__\":1,\"\":2,"
            + "\"create_at\":0}";
    OAuthToken token = OAuthToken.fromJson(json);
    assertThat(token.toJson()).isEqualTo(json);
    assertThat(token.extra())
        .containsEntry("big", new BigInteger("123456789012345678901234567890"))
        .containsEntry("decimal", new BigDecimal("0.10"))
        .containsEntry("long", Long.MAX_VALUE)
        .containsEntry("null", null);
    assertThat(OAuthToken.builder().openid("OID").extraJson(token.extraJson()).build())
        .isEqualTo(token);
  }

  @Test
  void aHugeExponentIsKeptAndNotSpelledOut() {
    String json = "{\"openid\":\"OID\",\"huge\":1E+999999999,\"create_at\":0}";
    assertThat(OAuthToken.fromJson(json).toJson()).isEqualTo(json);
  }

  @Test
  void aFieldThatIsNullIsAFieldThatIsMissing() {
    assertThat(
            OAuthToken.fromJson(
                "{\"openid\":\"OID\",\"access_token\":null,\"expires_in\":null,\"create_at\":null,"
                    + "\"unionid\":null,\"is_snapshotuser\":null}"))
        .isEqualTo(OAuthToken.builder().openid("OID").build());
  }

  @Test
  void ofAFieldThatOccursTwiceTheLastOneCountsAsInJsonParse() {
    OAuthToken token =
        OAuthToken.fromJson(
            "{\"openid\":\"A\",\"create_at\":1,\"openid\":\"B\",\"create_at\":\"2\"}");
    assertThat(token.openid()).isEqualTo("B");
    assertThat(token.createAt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|not a JSON object",
        "canary|not well-formed JSON",
        "null|not a JSON object",
        "[{\"openid\":\"canary\"}]|not a JSON object",
        "\"canary\"|not a JSON object",
        "{\"openid\":\"canary\"|not well-formed JSON",
        "{'openid':'canary'}|not well-formed JSON",
        "{\"openid\":\"canary\"}{\"openid\":\"canary\"}|more than one JSON value",
        "{\"openid\":\"canary\"} canary|not well-formed JSON",
        "{\"openid\":\"canary\",\"create_at\":NaN}|not well-formed JSON",
        "{\"openid\":\"canary\",\"create_at\":Infinity}|not well-formed JSON",
        "{\"openid\":\"canary\",\"create_at\":01}|not well-formed JSON",
        "{}|openid is missing",
        "{\"openid\":null}|openid is missing",
        "{\"openid\":true}|openid is not a string",
        "{\"openid\":\"\"}|openid must not be empty",
        "{\"openid\":\"canary\",\"access_token\":{\"canary\":1}}|access_token is not a string",
        "{\"openid\":\"canary\",\"refresh_token\":[\"canary\"]}|refresh_token is not a string",
        "{\"openid\":\"canary\",\"session_key\":true}|session_key is not a string",
        "{\"openid\":\"canary\",\"scope\":[1]}|scope is not a string",
        "{\"openid\":\"canary\",\"create_at\":-1}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":\"-1\"}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":\"canary\"}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":\"\"}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":1.5}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":true}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":1e999999999}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":1e-999999999}|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"create_at\":99999999999999999999}"
            + "|create_at is not a whole number from 0",
        "{\"openid\":\"canary\",\"expires_in\":\"7200x\"}|expires_in is not a whole number from 0",
        "{\"openid\":\"canary\",\"is_snapshotuser\":[]}|is_snapshotuser is not a whole number from 0",
      })
  void aRecordThatCannotBeReadIsNamedByItsRuleAndNotQuoted(String json, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson(json))
        .withMessage(rule)
        .withNoCause();
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = " \n")
  void nothingIsNoRecord(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson(json))
        .withMessage("not a JSON object");
  }

  @Test
  void aRecordHasAtMost64Ki() {
    String start = "{\"openid\":\"OID\",\"pad\":\"";
    String padding = "x".repeat(65_536 - start.length() - 2);
    assertThat(OAuthToken.fromJson(start + padding + "\"}").extra()).containsEntry("pad", padding);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson(start + padding + "x\"}"))
        .withMessage("more than 65536 characters");
  }

  @Test
  void aRecordIsNestedAtMost32Deep() {
    String deep = "[".repeat(31) + "]".repeat(31);
    assertThat(OAuthToken.fromJson("{\"openid\":\"OID\",\"a\":" + deep + "}").extra()).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson("{\"openid\":\"OID\",\"a\":[" + deep + "]}"))
        .withMessage("not well-formed JSON");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson("{\"a\":".repeat(10_000)))
        .withMessage("not well-formed JSON");
  }

  @Test
  void aNumberHasAtMost100Digits() {
    assertThat(OAuthToken.fromJson("{\"openid\":\"O\",\"n\":" + "9".repeat(100) + "}").extra())
        .containsEntry("n", new BigInteger("9".repeat(100)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.fromJson("{\"openid\":\"O\",\"n\":" + "9".repeat(101) + "}"))
        .withMessage("not well-formed JSON");
  }
}
