package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.OutputRecorder.Line;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

@Isolated("it records whatever is logged and printed")
class OutputRecorderTest {
  @Test
  void everythingOfEachLevelIsRecorded() {
    RuntimeException failure = new RuntimeException("outer", new IllegalStateException("cause"));
    failure.addSuppressed(new IllegalStateException("suppressed"));
    List<Line> lines;
    try (OutputRecorder recorder = new OutputRecorder()) {
      MDC.put("key", "context");
      LoggerFactory.getLogger("a").trace("message {}", "argument", failure);
      MDC.remove("key");
      Logger.getLogger("b").log(Level.FINEST, "finest {0}", "argument");
      System.out.print("printed");
      System.err.print("complained");
      lines = recorder.lines();
    }

    assertThat(text(lines, "a at TRACE"))
        .contains("message argument", "context", "outer", "cause", "suppressed");
    assertThat(text(lines, "b at FINEST")).contains("finest argument");
    assertThat(text(lines, OutputRecorder.OUT)).isEqualTo("printed");
    assertThat(text(lines, OutputRecorder.ERR)).isEqualTo("complained");
  }

  @Test
  void afterwardsLogsAreAsTheyWere() {
    PrintStream out = System.out;
    boolean traced = LoggerFactory.getLogger("a").isTraceEnabled();
    boolean finest = Logger.getLogger("b").isLoggable(Level.FINEST);
    OutputRecorder recorder = new OutputRecorder();
    recorder.close();

    assertThat(System.out).isSameAs(out);
    assertThat(LoggerFactory.getLogger("a").isTraceEnabled()).isEqualTo(traced).isFalse();
    assertThat(Logger.getLogger("b").isLoggable(Level.FINEST)).isEqualTo(finest).isFalse();
    LoggerFactory.getLogger("a").error("this is logged to where it was before");
    assertThat(recorder.lines()).noneMatch(line -> line.logger().equals("a at ERROR"));
  }

  private static String text(List<Line> lines, String logger) {
    return lines.stream()
        .filter(line -> line.logger().equals(logger))
        .map(Line::text)
        .findFirst()
        .orElse("");
  }
}
