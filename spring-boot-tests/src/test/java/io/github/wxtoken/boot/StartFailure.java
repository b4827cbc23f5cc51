package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The text that Spring Boot prints when an application cannot start. */
final class StartFailure {
  private StartFailure() {}

  static String of(@Nullable Throwable failure) {
    assertThat(failure).as("the start must fail").isNotNull();
    FailureAnalysis analysis = new WeChatFailureAnalyzer().analyze(failure);
    assertThat(analysis).as("analysis of %s", failure).isNotNull();
    return analysis.getDescription() + "\n" + analysis.getAction();
  }
}
