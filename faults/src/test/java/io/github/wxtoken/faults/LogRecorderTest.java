package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogRecorderTest {
  private static final String NAME = "log.recorder.test";
  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  @Test
  void aLineHasTheMessageAndTheTextHasTheExceptionsToo() {
    try (LogRecorder log = new LogRecorder(Map.of(NAME, Level.WARN))) {
      LOG.warn("saved {}", "oA", new IllegalStateException("outer", new RuntimeException("cause")));
      LOG.info("too low");

      assertThat(log.lines())
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.logger()).isEqualTo(NAME);
                assertThat(line.level()).isEqualTo(Level.WARN);
                assertThat(line.message()).isEqualTo("saved oA");
                assertThat(line.text()).startsWith("saved oA").contains("outer", "cause");
              });
    }
  }

  @Test
  void aRecorderThatListensSetsALevelThatIsTooHigh() {
    try (LogRecorder log = LogRecorder.listen(NAME, Level.TRACE)) {
      LOG.trace("heard");

      assertThat(log.texts()).singleElement().asString().startsWith("heard");
    }
    assertThat(LOG.isTraceEnabled()).as("afterwards").isFalse();
  }

  @Test
  void whatOtherThreadsLogIsNotOfThisThread() throws InterruptedException {
    try (LogRecorder log = LogRecorder.listen(NAME, Level.WARN)) {
      Thread other = new Thread(() -> LOG.warn("theirs"));
      other.start();
      other.join();
      LOG.warn("ours");

      assertThat(log.messagesOfThisThread(Level.WARN)).isEqualTo(List.of("ours"));
      assertThat(log.texts()).hasSize(2);
    }
  }
}
