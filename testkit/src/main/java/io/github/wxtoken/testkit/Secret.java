package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Searches what a log would show of an exception. */
final class Secret {
  private Secret() {}

  /** Asserts that neither the exception nor any cause or suppressed one shows the text. */
  static void assertNotIn(Throwable thrown, String secret) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(secret);
  }
}
