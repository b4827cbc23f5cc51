package io.github.wxtoken;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Refreshes the token that the caller names, whether it has expired or not. The caller asked for a
 * call to WeChat, so there is no single-flight and no lease: steps 5 and 6 only. WeChat's quota
 * holds for it, too. Thread-safe.
 */
final class ExplicitRefresh {
  private final UserTokenSource source;
  private final GrantSaver grants;
  private final Failures failures;
  private final Workers workers;
  private final Duration deadline;

  ExplicitRefresh(
      UserTokenSource source,
      GrantSaver grants,
      Failures failures,
      Workers workers,
      Duration deadline) {
    this.source = source;
    this.grants = grants;
    this.failures = failures;
    this.workers = workers;
    this.deadline = deadline;
  }

  /** Asks WeChat for the next token, and saves it if the store has the token that was refreshed. */
  OAuthToken refresh(String refreshToken) {
    failures.checkLimit();
    Deadline until = Deadline.in(deadline);
    workers.takePlace(until);
    CompletableFuture<OAuthToken> running =
        workers.run(() -> askAndSave(refreshToken), (token, failure) -> {});
    return Workers.await(running, until, "WeChat's answer");
  }

  private OAuthToken askAndSave(String refreshToken) {
    try {
      return grants.keepRefreshed(source.ask(refreshToken), refreshToken);
    } catch (WeChatApiException e) {
      failures.rememberLimit(e);
      throw e;
    }
  }
}
