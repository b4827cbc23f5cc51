package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.testkit.Tokens;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Runs a command line in this JVM. Every output is searched for secrets. */
final class CliRun {
  /** What a run printed. */
  record Result(int code, String out, String err) {
    Result hasCode(int expected) {
      assertThat(code).as(out + err).isEqualTo(expected);
      return this;
    }

    Result says(String... texts) {
      assertThat(out + err).contains(texts);
      return this;
    }
  }

  private CliRun() {}

  static Result run(String... args) {
    return run(Map.of(), args);
  }

  static Result run(Map<String, String> environment, String... args) {
    return run(environment, new Interrupt(), args);
  }

  static Result run(Map<String, String> environment, Interrupt interrupt, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            environment,
            false,
            80);
    int code = Cli.run(new Session(terminal, interrupt), args);
    Result result =
        new Result(
            code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    requireNoSecret(result.out + result.err);
    return result;
  }

  static void requireNoSecret(String output) {
    byte[] secret = Tokens.SECRET.getBytes(StandardCharsets.UTF_8);
    assertThat(output)
        .doesNotContain(Tokens.SECRET)
        // Of its first five bytes, the characters do not depend on what follows.
        .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(0, 6));
    assertThat(output.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f));
  }
}
