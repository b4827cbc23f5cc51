package io.github.wxtoken.examples.boot;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class where there is no Chromium, and reports what it runs against. */
final class NeedsChromium implements ExecutionCondition {
  private static final String NONE =
      "there is no chromium with its chromedriver in the PATH; on Debian: apt-get install chromium"
          + " chromium-driver fonts-noto-cjk";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<Chromium> chromium = Chromium.find();
    if (context.getTestMethod().isEmpty()) {
      // In the words of TestServer of faults, whose table shows it.
      context.publishReportEntry(
          Map.of(
              "ran against", chromium.map(Chromium::version).orElse("no Chromium here"),
              "by", chromium.map(found -> found.browser().toString()).orElse("skipped")));
    }
    return chromium.isPresent()
        ? ConditionEvaluationResult.enabled("there is a Chromium")
        : ConditionEvaluationResult.disabled(NONE);
  }
}
