package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.ProfileOutcome;

/** Reads the profiles of users. Thread-safe. */
final class Profiles {
  private final WeChatApi api;
  private final TokenRefresher refresher;
  private final Events events;

  Profiles(WeChatApi api, TokenRefresher refresher, Events events) {
    this.api = api;
    this.refresher = refresher;
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
        throw refresher.refusedTwice(refreshed);
      }
    }
    return user;
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
