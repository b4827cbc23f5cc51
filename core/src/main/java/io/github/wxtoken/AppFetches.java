package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import io.github.wxtoken.WeChatOAuthListener.FetchOutcome;
import io.github.wxtoken.WeChatOAuthListener.FetchReason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each fetch of an app's credentials, and notifies the listener of it. Thread-safe. */
final class AppFetches {
  private static final Logger log = LoggerFactory.getLogger(WeChatApp.class);

  private final String appid;
  private final Clock clock;
  private final Events events;

  AppFetches(String appid, Clock clock, Events events) {
    this.appid = appid;
    this.clock = clock;
    this.events = events;
  }

  /** Runs a fetch that replaces what is stored. */
  OAuthToken observe(AppRecord what, Optional<OAuthToken> stored, Supplier<OAuthToken> fetch) {
    FetchReason reason = reason(stored);
    long start = System.nanoTime();
    try {
      OAuthToken next = fetch.get();
      Duration took = Events.since(start);
      log.debug("Fetched {} of app {} ({}): {}", name(what), appid, reason, next);
      events.fetched(what, reason, FetchOutcome.FETCHED, took);
      return next;
    } catch (WeChatOAuthException e) {
      events.fetched(what, reason, outcome(e), Events.since(start));
      logFailure(what, reason, stored, e);
      throw e;
    }
  }

  /** Names a record in a log line. */
  private static String name(AppRecord what) {
    return switch (what) {
      case ACCESS_TOKEN -> "the access token";
      case JSAPI_TICKET -> "the jsapi ticket";
      case WX_CARD_TICKET -> "the wx_card ticket";
    };
  }

  private FetchReason reason(Optional<OAuthToken> stored) {
    if (stored.isEmpty()) {
      return FetchReason.FIRST;
    }
    if (ForcedRefreshes.of(stored.get()).refused()) {
      return FetchReason.REFUSED;
    }
    return stored.get().isValid(clock.instant()) ? FetchReason.AHEAD : FetchReason.EXPIRED;
  }

  private static FetchOutcome outcome(WeChatOAuthException failure) {
    return switch (Failures.outcome(failure)) {
      case LIMITED -> FetchOutcome.LIMITED;
      case FAILED -> FetchOutcome.FAILED;
      case REFRESHED, REFUSED, REAUTHORIZATION_REQUIRED -> FetchOutcome.REFUSED;
    };
  }

  /** No caller may be waiting for it, so the log is the only place that shows the failure. */
  private void logFailure(
      AppRecord what, FetchReason reason, Optional<OAuthToken> stored, WeChatOAuthException why) {
    if (reason == FetchReason.AHEAD) {
      log.warn(
          "Could not fetch {} of app {} ahead of its end. wxtoken uses the current one until {} and"
              + " tries again: {}",
          name(what),
          appid,
          stored.map(OAuthToken::expiresAt).orElseThrow(),
          why.getMessage());
    } else {
      log.warn(
          "Could not fetch {} of app {} ({}). Calls fail until it succeeds: {}",
          name(what),
          appid,
          reason,
          why.getMessage());
    }
  }

  /** The stored token stays in use, since WeChat says that it is the current one. */
  void forcedRefreshRefused(WeChatApiException why) {
    log.warn(
        "WeChat allows no more forced refreshes of app {} today. wxtoken keeps the token that"
            + " WeChat returns without force: {}",
        appid,
        why.getMessage());
  }
}
