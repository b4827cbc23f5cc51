package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The secret of hostile inputs: what an exception shows must not hold it. */
public final class Canary {
  public static final String TEXT = "CANARY";

  private Canary() {}

  /** Searches what a log would show: the exception, its causes, and what was suppressed. */
  public static void assertNotIn(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(TEXT);
  }
}
