package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class RedactedExceptionTest {

  @Test
  void aCopyHasTypesAndStacksAtAnyDepthAndNoMessage() {
    IOException deepest = new IOException("CANARY-deepest");
    IllegalStateException cause = new IllegalStateException("CANARY-cause", deepest);
    IOException suppressed = new IOException("CANARY-suppressed", new Error("CANARY-below"));
    RuntimeException original = new RuntimeException("CANARY-original", cause);
    original.addSuppressed(suppressed);

    RedactedException copy = RedactedException.of(original);

    assertThat(copy).hasMessage("java.lang.RuntimeException");
    assertThat(copy.getStackTrace()).isEqualTo(original.getStackTrace());
    assertThat(copy.getCause()).hasMessage("java.lang.IllegalStateException");
    assertThat(copy).rootCause().hasMessage("java.io.IOException");
    assertThat(copy.getSuppressed()).hasSize(1);
    assertThat(copy.getSuppressed()[0].getCause()).hasMessage("java.lang.Error");
    StringWriter trace = new StringWriter();
    copy.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain("CANARY");
  }

  @Test
  void aRingOfCausesEnds() {
    RuntimeException one = new RuntimeException("one");
    RuntimeException two = new RuntimeException("two", one);
    one.initCause(two);

    assertThat(RedactedException.of(one).getCause()).hasNoCause();
    assertThat(RedactedException.causes(one)).hasSize(64).startsWith(one, two, one);
  }

  @Test
  void aMessageShowsTheTypesOfTheFirstCausesAndNoText() {
    Throwable deep = new IOException("CANARY", new Error("CANARY"));
    for (int i = 0; i < 3; i++) {
      deep = new IllegalStateException("CANARY", deep);
    }

    assertThat(RedactedException.types(new IOException("CANARY"))).isEqualTo("IOException");
    assertThat(RedactedException.types(deep))
        .isEqualTo(
            "IllegalStateException < IllegalStateException < IllegalStateException < IOException"
                + " < Error");
    assertThat(RedactedException.types(new IOException("CANARY", deep))).endsWith("IOException");
  }
}
