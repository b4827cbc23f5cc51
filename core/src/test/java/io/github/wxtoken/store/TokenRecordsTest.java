package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.OAuthToken;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRecordsTest {
  private static final OAuthToken TOKEN =
      OAuthToken.fromJson(
          """
          {"access_token":"CANARY","expires_in":7200,"refresh_token":"RT","openid":"oA",\
          "scope":"snsapi_base","create_at":1538990000000,"nickname":"\uFFFD"}\
          """);

  @Test
  void aTokensJsonIsRead() {
    assertThat(TokenRecords.ofJson("oA", TOKEN.toJson())).isEqualTo(TOKEN);
    assertThat(TokenRecords.ofJson("oA", utf8(TOKEN.toJson()))).isEqualTo(TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CANARY", "{\"openid\":\"CANARY\"}", "[]", "{\"access_token\":1}"})
  void whatIsNoTokenIsCorrupt(String json) {
    assertCorrupt(() -> TokenRecords.ofJson("oA", json));
    assertCorrupt(() -> TokenRecords.ofJson("oA", utf8(json)));
  }

  @Test
  void aTokenOfAnotherOpenidIsCorrupt() {
    assertThat(assertCorrupt("oB", () -> TokenRecords.ofJson("oB", TOKEN.toJson())))
        .hasMessageEndingWith("cannot be read: it is of another openid");
  }

  @Test
  void bytesThatAreNotUtf8AreCorrupt() {
    byte[] bytes = utf8(TOKEN.toJson());
    bytes[bytes.length - 3] = (byte) 0xFF;

    assertThat(assertCorrupt(() -> TokenRecords.ofJson("oA", bytes)))
        .hasMessageEndingWith("cannot be read: not UTF-8");
  }

  @Test
  void oneByteTooManyIsCorrupt() {
    assertThat(assertCorrupt(() -> TokenRecords.ofJson("oA", new byte[TokenRecords.MAX_BYTES + 1])))
        .hasMessageEndingWith("it has more than 65536 characters");
  }

  @Test
  void theLongestRecordInUtf8HasThreeBytesForEachChar() {
    String start = TOKEN.toJson().replace("}", ",\"pad\":\"");
    String longest = start + "中".repeat(65_536 - start.length() - 2) + "\"}";

    assertThat(utf8(longest)).hasSizeLessThanOrEqualTo(TokenRecords.MAX_BYTES);
    assertThat(TokenRecords.ofJson("oA", utf8(longest)).sameGrant(TOKEN)).isTrue();
    assertCorrupt(() -> TokenRecords.ofJson("oA", utf8(longest.replace("中\"}", "中中\"}"))));
  }

  @Test
  void theDecoderSaysWhatIsWrong() {
    assertThat(
            assertCorrupt(
                () ->
                    TokenRecords.read(
                        "oA",
                        () -> {
                          throw new IllegalArgumentException("create_at is no number");
                        })))
        .hasMessage("The stored token of oA cannot be read: create_at is no number");
  }

  private static CorruptTokenException assertCorrupt(Runnable reading) {
    return assertCorrupt("oA", reading);
  }

  /** Asserts that the exception names the key and shows nothing of the record. */
  private static CorruptTokenException assertCorrupt(String openid, Runnable reading) {
    CorruptTokenException[] thrown = new CorruptTokenException[1];
    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(reading::run)
        .satisfies(e -> thrown[0] = e)
        .withNoCause()
        .withMessageNotContaining("CANARY");
    assertThat(thrown[0].openid()).isEqualTo(openid);
    return thrown[0];
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
