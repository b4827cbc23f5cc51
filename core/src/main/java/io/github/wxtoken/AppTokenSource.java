package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The app's own access token. It needs no user: WeChat issues it for the appid and the secret.
 * Thread-safe.
 */
final class AppTokenSource implements CredentialSource {
  /** For so long two tokens work (docs/wechat-protocol.md#app-token). */
  static final Duration OVERLAP = Duration.ofMinutes(5);

  private final AppApi api;
  private final AppTokenMode mode;
  private final Clock clock;
  private final AppFetches fetches;

  AppTokenSource(AppApi api, AppTokenMode mode, Clock clock, AppFetches fetches) {
    this.api = api;
    this.mode = mode;
    this.clock = clock;
    this.fetches = fetches;
  }

  /**
   * Returns how long before its end a token is refreshed. WeChat renews a stable token in its last
   * 5 minutes, counted from the moment when it issued the token. That is up to an HTTP timeout
   * after the moment that we count from, and whoever asks too early gets the same token again.
   */
  Duration refreshAhead(Duration httpTimeout) {
    return mode == AppTokenMode.STABLE ? afterWeChats(OVERLAP, httpTimeout) : OVERLAP;
  }

  /** Returns the time ahead that is certainly within WeChat's own, which begins later. */
  static Duration afterWeChats(Duration ahead, Duration httpTimeout) {
    return httpTimeout.compareTo(ahead) < 0 ? ahead.minus(httpTimeout) : ahead;
  }

  @Override
  public boolean needsUser() {
    return false;
  }

  @Override
  public boolean refreshesInBackground() {
    return true;
  }

  @Override
  public void requireRenewable(OAuthToken stored) {}

  @Override
  public OAuthToken fetch(String key, Optional<OAuthToken> stored) {
    return fetches.observe(
        AppRecord.ACCESS_TOKEN,
        stored,
        () -> mode == AppTokenMode.CLASSIC ? api.classicToken(key) : stable(key, stored));
  }

  private OAuthToken stable(String key, Optional<OAuthToken> stored) {
    ForcedRefreshes history = stored.map(ForcedRefreshes::of).orElse(ForcedRefreshes.NONE);
    // Not forced at first: another program may have replaced the refused token, and forced
    // refreshes are few.
    OAuthToken current = api.stableToken(key, false);
    boolean repeated = history.refused() && stored.filter(old -> isSame(old, current)).isPresent();
    return repeated ? forced(key, current, history) : with(history.withoutRefusal(), current);
  }

  private OAuthToken forced(String key, OAuthToken current, ForcedRefreshes history) {
    Instant now = clock.instant();
    if (history.areUsedUp(now)) {
      // To WeChat this token is the valid one. The caller who had it refused gets an exception.
      return with(history.notForced(now), current);
    }
    try {
      return with(history.forced(now), api.stableToken(key, true));
    } catch (WeChatApiException e) {
      if (!CallQuota.isLimit(e)) {
        throw e;
      }
      fetches.forcedRefreshRefused(e);
      return with(history.usedUp(now), current);
    }
  }

  private static OAuthToken with(ForcedRefreshes history, OAuthToken token) {
    return token.toBuilder().scope(history.text()).build();
  }

  private static boolean isSame(OAuthToken one, OAuthToken other) {
    return one.accessToken() != null && one.accessToken().equals(other.accessToken());
  }
}
