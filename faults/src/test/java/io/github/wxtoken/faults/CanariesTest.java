package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.Canaries.Canary;
import io.github.wxtoken.faults.Canaries.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanariesTest {
  private static final String SECRET = "+/=qFJ3vX8sYt0Zr5LbN2wKd";
  private static final Canary CANARY = new Canary("flow", Kind.SESSION_KEY);

  private final Canaries canaries = new Canaries();

  CanariesTest() {
    canaries.add(CANARY, SECRET);
  }

  static Stream<String> forms() {
    Stream<String> written =
        Stream.of(
            SECRET,
            "%2B%2F%3DqFJ3vX8sYt0Zr5LbN2wKd",
            "%2b%2f%3dqFJ3vX8sYt0Zr5LbN2wKd",
            "+\\/=qFJ3vX8sYt0Zr5LbN2wKd",
            HexFormat.of().formatHex(bytes(SECRET)),
            HexFormat.of().withUpperCase().formatHex(bytes(SECRET)));
    Stream<String> base64 =
        IntStream.range(0, 3)
            .mapToObj(before -> bytes("key".substring(0, before) + SECRET + "!"))
            .flatMap(
                bytes ->
                    Stream.of(
                        Base64.getEncoder().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
    return Stream.concat(written, base64);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aSecretIsFoundInEachForm(String form) {
    assertThat(canaries.in("before " + form + " after")).containsExactly(CANARY);
    assertThat(canaries.in(form)).containsExactly(CANARY);
  }

  @Test
  void aSecretIsFoundInADump() {
    String dump = "|0000| " + HexFormat.ofDelimiter(" ").formatHex(bytes(SECRET), 0, 11);
    String rest = "|000b| " + HexFormat.ofDelimiter(" ").formatHex(bytes(SECRET), 11, 24);

    assertThat(canaries.in(dump + " | ....... |\n" + rest + " |\n")).containsExactly(CANARY);
  }

  @Test
  void any24BytesOfALongSecretAreFound() {
    Canary token = new Canary("flow", Kind.ACCESS_TOKEN);
    String text = HexFormat.of().formatHex(CanaryFlow.random(50));
    canaries.add(token, text);

    for (int start = 0; start + 24 <= text.length(); start++) {
      assertThat(canaries.in("~" + text.substring(start, start + 24) + "~"))
          .as("from %s", start)
          .containsExactly(token);
    }
  }

  @Test
  void aSecretIsFoundWhereverItBeginsInAStream() throws IOException {
    int chunk = 1 << 16;
    for (int before = chunk - SECRET.length() - 1; before <= chunk + 1; before++) {
      byte[] stream = bytes("x".repeat(before) + SECRET);

      assertThat(canaries.in(new ByteArrayInputStream(stream))).containsExactly(CANARY);
    }
  }

  @Test
  void anythingElseIsNotFound() {
    assertThat(canaries.in(SECRET.toLowerCase(Locale.ROOT))).isEmpty();
    assertThat(canaries.in(new StringBuilder(SECRET).reverse().toString())).isEmpty();
    assertThat(canaries.in(SECRET.substring(0, 15))).isEmpty();
    assertThat(canaries.in("")).isEmpty();
  }

  @Test
  void whatIsTooShortToTellFromChanceIsRefused() {
    assertThatThrownBy(() -> canaries.add(CANARY, "0123456789abcde"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a canary must have at least 16 bytes");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
