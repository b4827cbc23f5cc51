package io.github.wxtoken;

import java.time.Duration;
import java.util.Optional;

/**
 * Keeps what WeChat grants for a code, so that it never takes the place of a later login: WeChat
 * has retired the earlier grant by then (protocol, section 4).
 */
final class Grants {
  /** Clocks of a cluster may differ by minutes; a token so much older is from an earlier login. */
  private static final Duration SURELY_EARLIER = Duration.ofMinutes(15);

  private static final int TRIES = 8;

  private final TokenStore store;
  private final WeChatApi api;

  Grants(TokenStore store, WeChatApi api) {
    this.store = store;
    this.api = api;
  }

  /**
   * Keeps a login's token.
   *
   * @return the token, or the stored one if that is of a later login
   * @throws TokenNotSavedException if the store fails, or WeChat does not say which one lives
   */
  OAuthToken keepLogin(OAuthToken granted) {
    // A virtual user is thrown away after the page (protocol, section 4).
    return granted.isSnapshotUser() ? granted : saving(granted, () -> latestLogin(granted));
  }

  private OAuthToken latestLogin(OAuthToken granted) {
    String openid = granted.openid();
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<OAuthToken> stored = store.getToken(openid);
      if (stored.isEmpty()) {
        if (store.saveTokenIfAbsent(openid, granted)) {
          return granted;
        }
        continue;
      }
      // Another's write is recent, or has just come between: only WeChat knows who is the later.
      boolean surelyLater = tries == 0 && isSurelyEarlier(stored.get(), granted);
      if (!surelyLater && !api.isAlive(openid, String.valueOf(granted.accessToken()))) {
        return stored.get();
      }
      if (store.replaceToken(openid, stored.get(), granted)) {
        return granted;
      }
    }
    throw new TokenStoreException("other processes keep changing it", null);
  }

  private static boolean isSurelyEarlier(OAuthToken stored, OAuthToken granted) {
    return stored.createAt() < granted.createAt() - SURELY_EARLIER.toMillis();
  }

  /** Keeps a mini program's session, unless a later one is stored; the caller's is returned. */
  OAuthToken keepSession(OAuthToken granted) {
    return saving(
        granted,
        () -> {
          String openid = granted.openid();
          for (int tries = 0; tries < TRIES; tries++) {
            Optional<OAuthToken> stored = store.getToken(openid);
            boolean later = stored.isPresent() && stored.get().createAt() > granted.createAt();
            if (later || swap(stored, granted)) {
              return granted;
            }
          }
          throw new TokenStoreException("other processes keep changing it", null);
        });
  }

  /**
   * Keeps what an explicit refresh gave, if the store has nothing or the grant that was refreshed.
   *
   * @return what is stored now, or the answer where another grant is stored
   */
  OAuthToken keepRefreshed(OAuthToken answer, String refreshToken) {
    return saving(
        answer,
        () -> {
          for (int tries = 0; tries < TRIES; tries++) {
            Optional<OAuthToken> stored = store.getToken(answer.openid());
            if (stored.isPresent() && !refreshToken.equals(stored.get().refreshToken())) {
              return answer;
            }
            OAuthToken merged =
                stored.map(old -> TokenRefresher.overlay(old, answer)).orElse(answer);
            if (swap(stored, merged)) {
              return merged;
            }
          }
          throw new TokenStoreException("other processes keep changing it", null);
        });
  }

  /** Saves the token if what is stored is still what was read, nothing included. */
  private boolean swap(Optional<OAuthToken> read, OAuthToken token) {
    return read.isEmpty()
        ? store.saveTokenIfAbsent(token.openid(), token)
        : store.replaceToken(token.openid(), read.get(), token);
  }

  private static OAuthToken saving(OAuthToken granted, Saving saving) {
    try {
      return saving.run();
    } catch (RuntimeException e) {
      String why = e instanceof WeChatOAuthException ? e.getMessage() : "the store failed";
      throw new TokenNotSavedException(String.valueOf(why), granted, e);
    }
  }

  private interface Saving {
    OAuthToken run();
  }
}
