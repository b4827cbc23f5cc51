package io.github.wxtoken.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a wrong configuration as a description and an action, in place of a stack trace. */
final class WeChatFailureAnalyzer extends AbstractFailureAnalyzer<WeChatConfigurationException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, WeChatConfigurationException cause) {
    return new FailureAnalysis(cause.problem() + ".", cause.action(), cause);
  }
}
