package io.github.wxtoken.boot;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start with this configuration. {@link WeChatFailureAnalyzer} shows both
 * parts apart. Neither has a secret.
 */
final class WeChatConfigurationException extends RuntimeException {
  private final String problem;
  private final String action;

  WeChatConfigurationException(String problem, String action) {
    this(problem, action, null);
  }

  WeChatConfigurationException(String problem, String action, @Nullable Throwable cause) {
    super(problem + ". " + action, cause);
    this.problem = problem;
    this.action = action;
  }

  /** Returns the failure and its reason, without a full stop. */
  String problem() {
    return problem;
  }

  /** Returns the remedy, as sentences. */
  String action() {
    return action;
  }
}
