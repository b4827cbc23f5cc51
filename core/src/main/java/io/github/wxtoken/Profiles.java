package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.ProfileOutcome;
import io.github.wxtoken.store.TokenStoreException;

/** Reads the profiles of users. Thread-safe. */
final class Profiles {
  private final WeChatApi api;
  private final TokenRefresher refresher;
  private final Failures failures;
  private final Events events;

  Profiles(WeChatApi api, TokenRefresher refresher, Failures failures, Events events) {
    this.api = api;
    this.refresher = refresher;
    this.failures = failures;
    this.events = events;
  }

  /** Reads a profile with a token, which is refreshed once if WeChat refuses it. */
  UserInfo read(OAuthToken token, Lang lang) {
    long start = System.nanoTime();
    ProfileOutcome outcome = ProfileOutcome.FAILED;
    try {
      UserInfo user = ask(token, lang);
      outcome = ProfileOutcome.READ;
      return user;
    } catch (WeChatOAuthException e) {
      outcome = outcome(e);
      throw e;
    } finally {
      events.profileRead(token.openid(), outcome, Events.since(start));
    }
  }

  private UserInfo ask(OAuthToken token, Lang lang) {
    UserInfo user = api.user(token, lang);
    if (user == null) {
      OAuthToken refreshed = events.after(() -> refresher.usableToken(token.openid(), token));
      user = api.user(refreshed, lang);
      if (user == null) {
        throw refusedTwice(refreshed);
      }
    }
    return user;
  }

  /** WeChat rejects the refreshed token, too. To refresh it again at once would not help. */
  private ReauthorizationRequiredException refusedTwice(OAuthToken token) {
    var refusal =
        new ReauthorizationRequiredException(
            "WeChat refuses the token of "
                + token.openid()
                + ", and the refreshed one too, so the user must sign in again",
            null);
    failures.remember(new GrantKey(token), refusal);
    return refusal;
  }

  private static ProfileOutcome outcome(WeChatOAuthException failure) {
    if (failure instanceof TokenStoreException) {
      return ProfileOutcome.FAILED;
    }
    return switch (Failures.outcome(failure)) {
      case REAUTHORIZATION_REQUIRED -> ProfileOutcome.REAUTHORIZATION_REQUIRED;
      case LIMITED -> ProfileOutcome.LIMITED;
      case FAILED -> ProfileOutcome.FAILED;
      case REFRESHED, REFUSED -> ProfileOutcome.REFUSED;
    };
  }
}
