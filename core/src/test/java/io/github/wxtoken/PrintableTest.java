package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.CorruptTokenException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WeChat's fields in messages and log lines: none forges a line, or hides one. */
class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\r\nb",
        "a\u000bb",
        "a\fb",
        "a\u0085b",
        "a\u2028b",
        "a\u2029b",
        "a\u0000b",
        "a\u001b[2Jb",
        "a\u009b2Jb",
        "a\u202eb",
        "a\u2066b",
        "a\u200fb",
        "a\u061cb",
        "a\ufeffb",
        "a\u200bb",
        "a\ud83d",
        "\ude00b",
        "a\u00adb",
        "a\ue000b",
        "a\udb40\udc41b"
      })
  void noFieldOfWeChatsForgesALine(String field) {
    OAuthToken token = OAuthToken.builder().openid(field).scope(field).build();
    UserInfo user =
        UserInfo.of(new java.util.LinkedHashMap<>(Map.<String, Object>of("openid", field)));
    MiniProgramUser mini = new MiniProgramUser(field, null, null, null, 0, Map.of());
    for (Object shown :
        new Object[] {token, user, mini, new CorruptTokenException(field, "rule")}) {
      assertThat(shown.toString()).matches("[ -~…]+");
    }
  }

  @Test
  void aFieldThatIsTooLongIsCut() {
    OAuthToken token =
        OAuthToken.builder().openid("O".repeat(100_000)).scope("😀".repeat(500)).build();

    assertThat(token.toString())
        .startsWith("OAuthToken[openid=" + "O".repeat(127) + "…, scope=" + "😀".repeat(127) + "…,");
  }

  @Test
  void whatIsPrintableStays() {
    String text = "oA-1_b:c 微信 é😀 \"<>&";

    assertThat(Printable.line(text)).isEqualTo(text);
    assertThat(Printable.line("x".repeat(Printable.SHORT))).hasSize(Printable.SHORT).endsWith("x");
    assertThat(Printable.line(null)).isEqualTo("null");
  }
}
