package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Searches the texts that a log shows of an exception. Thread-safe. */
public final class Secret {
  private Secret() {}

  /**
   * Asserts that neither the exception nor any cause or suppressed one shows a text.
   *
   * @param thrown the exception
   * @param secret the text that must not be shown
   * @throws AssertionError if the stack trace contains the text
   */
  public static void assertNotIn(Throwable thrown, String secret) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(secret);
  }
}
