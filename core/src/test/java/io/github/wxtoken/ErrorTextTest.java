package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of WeChat's errmsg that gets into exceptions and logs. */
class ErrorTextTest {
  private static final String TOKEN = "59_Abc/DEF+ghi=jkl-MNO_pqr0123";

  private static String of(String errmsg) {
    return ErrorText.of(errmsg, List.of(TOKEN, "S3cret"));
  }

  /** The request IDs that WeChat's support asks for, and words. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "invalid code, rid: 65a33cd8-023106e1-2dc7e2f6",
        "invalid code rid: 65a33cd8-023106e1-2dc7e2f6",
        "invalid credential hint: [JKgu50456ge21]",
        "code been used, hints: [ req_id: pmDj8A0864s114 ]",
        "invalid ip 47.103.9.21 ipv6 ::ffff:47.103.9.21, not in whitelist, rid: 5f0c-12ab-77",
        "invalid ip 2001:db8:85a3:8d3:1319:8a2e:370:7348, not in whitelist",
        "invalid appid wx4f4bc4dec97d474b",
        "access_token is invalid or not latest, could get access_token by getStableAccessToken,"
            + " more details at https://mmbizurl.cn/s/JtxxFh33r",
        "api unauthorized, see /cgi-bin/message/custom/send2 and invalid_or_not_latest_credential_at_all",
        "appid missing: code, secret and access_token",
        "reach max api daily quota limit, code: 45009",
        "不合法的 code",
        ""
      })
  void whatExplainsARefusalStays(String text) {
    assertThat(of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no 59_Abc/DEF+ghi=jkl-MNO_pqr0123|no …",
        "no 59_Abc%2FDEF%2Bghi%3Djkl-MNO_pqr0123!|no …!",
        "no 59_Abc%2fDEF%2bghi%3djkl-MNO_pqr0123!|no …!",
        "no 59_abc/def+ghi=jkl-mno_pqr0123|no …",
        "no 59_ABC/DEF+GHI=JKL-MNO_PQR0123|no …",
        "no 59_Abc\\/DEF+ghi=jkl-MNO_pqr0123|no …",
        "token 59_Abc/DEF+... is not valid|token …... is not valid",
        "ends in MNO_pqr0123|ends in …",
        "S3cret|…",
        "secret=S3cret&x|secret=…&x",
      })
  void whatWeSentIsMaskedHoweverItIsWrittenAndInParts(String text, String masked) {
    assertThat(of(text)).isEqualTo(masked);
  }

  @Test
  void whatWeSentIsMaskedEncodedAndBrokenUp() {
    byte[] bytes = TOKEN.getBytes(StandardCharsets.UTF_8);
    for (String form :
        List.of(
            Base64.getEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
            HexFormat.of().formatHex(bytes),
            HexFormat.of().withUpperCase().formatHex(bytes),
            TOKEN.replace("%", "%25").replace("/", "%252F").replace("+", "%252B"),
            TOKEN.replace("/", "\u200b/").replace("-", "\u202e-"),
            TOKEN.substring(0, 15) + '\n' + TOKEN.substring(15))) {
      String text = of("no (" + form + ")");
      assertThat(text).startsWith("no (…").hasSizeLessThan(24);
      for (int i = 0; i + 8 <= form.length(); i++) {
        assertThat(text).doesNotContain(form.substring(i, i + 8));
      }
    }
  }

  @Test
  void whatWeSentIsMaskedInTheMiddleOfWhatIsEncoded() {
    for (String before : List.of("a", "ab", "abc", "GET /?x=")) {
      byte[] bytes = (before + TOKEN + "&x").getBytes(StandardCharsets.UTF_8);
      String form = Base64.getEncoder().encodeToString(bytes);
      assertThat(of("no " + form)).hasSizeLessThan("no …".length() + before.length() * 2 + 4);
    }
  }

  /** Not what we sent: the other token of the answer, or another user's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "64_bq9H8Yx0Qm_aJ7sX-1pLwTzR2nVcD5kFgE3uIo6Ay4B",
        "tiihtNczf5v6AKRyjwEUhQ==",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "061aBcDe2fGhIj0kLmNo1PqRsT2aBcDe",
        "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2",
        "qWeRtYuIoPaSdFgHjKlZxCvBnMqWeRtYuIoP",
        "64_bq9H8Yx0%2BQm%2FaJ7sX1pLwTzR2nVcD5kFg"
      })
  void whatLooksLikeACredentialIsMasked(String credential) {
    assertThat(of("invalid " + credential + " here")).isEqualTo("invalid … here");
    assertThat(of("[" + credential + "],rid: 65a33cd8-023106e1-2dc7e2f6"))
        .isEqualTo("[…],rid: 65a33cd8-023106e1-2dc7e2f6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET /sns?access_token=short1&openid=o1|GET /sns?access_token=…&openid=o1",
        "js_code=a1 and code=b2|js_code=… and code=…",
        "{\"refresh_token\":\"short2\",\"x\":1}|{\"refresh_token\":\"…\",\"x\":1}",
        "session_key: 'short3'|session_key: '…'",
        "Authorization: Bearer short4|Authorization: Bearer …",
        "APPSECRET=short5|APPSECRET=…",
      })
  void whatIsNamedAsACredentialIsMasked(String text, String masked) {
    assertThat(of(text)).isEqualTo(masked);
  }

  @Test
  void aTextIsOneShortLine() {
    String text = of("a\r\nb\u0000c\u0085d\u2028e\u2029f\u001b[31m\u202eg\u200b\u2066h\ud83dI😀");

    assertThat(text).isEqualTo("a  b c d e f [31mgh?I😀");
    assertThat(of("word ".repeat(1_000))).hasSize(200).endsWith("…");
    assertThat(of("😀".repeat(300)).codePointCount(0, of("😀".repeat(300)).length()))
        .isEqualTo(200);
  }

  @Test
  void aTextThatIsCutIsMaskedFirst() {
    assertThat(of("x".repeat(190) + TOKEN)).isEqualTo("x".repeat(190) + "…");
    assertThat(of((TOKEN + " ").repeat(500)).toLowerCase(Locale.ROOT)).doesNotContain("abc");
  }

  @Test
  void anythingButAStringIsNoText() {
    for (Object errmsg : new Object[] {5L, true, List.of("x")}) {
      assertThat(ErrorText.of(errmsg, List.of())).isEmpty();
    }
    assertThat(ErrorText.of(null, List.of())).isEmpty();
  }

  @Test
  void whatWasNotSentMasksNothing() {
    assertThat(ErrorText.of("invalid code", List.of("", "x"))).isEqualTo("invalid code");
  }
}
