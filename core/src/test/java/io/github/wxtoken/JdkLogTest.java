package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it sets a property of the JVM")
class JdkLogTest {
  @Test
  void aJvmThatWasAskedToLogRequestsIsWarnedOf() {
    System.setProperty(HttpExchange.JDK_PROPERTY, "errors");
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      new WeChatOAuth("wx0", "secret").close();

      assertThat(log.lines())
          .anyMatch(
              line -> line.startsWith("WARN") && line.contains("-D" + HttpExchange.JDK_PROPERTY));
    } finally {
      System.clearProperty(HttpExchange.JDK_PROPERTY);
    }
  }
}
