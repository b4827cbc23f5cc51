package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what WeChat grants for a code, so that it never takes the place of a later login: WeChat
 * has retired the earlier grant by then (docs/wechat-protocol.md#later-sign-ins). A stored record
 * that cannot be read is replaced, so that it does not lock its user out. Thread-safe.
 */
final class GrantSaver {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  /** Clocks of a cluster may differ by minutes; a token so much older is from an earlier login. */
  private static final Duration SURELY_EARLIER = Duration.ofMinutes(15);

  private static final int TRIES = 8;

  /** For how long one process may take to replace a record that cannot be read. */
  private static final Duration REPLACING = Duration.ofSeconds(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  private final TokenStore store;
  private final WeChatApi api;
  private final Clock clock;

  /** The session of each user that was answered last, among those that this process is saving. */
  private final ConcurrentMap<String, OAuthToken> latestSessions = new ConcurrentHashMap<>();

  GrantSaver(TokenStore store, WeChatApi api, Clock clock) {
    this.store = store;
    this.api = api;
    this.clock = clock;
  }

  /** One try to keep a grant where this is stored. */
  private interface Try {
    /** Returns what the caller gets, or empty if another process has changed what is stored. */
    Optional<OAuthToken> over(Optional<OAuthToken> stored, boolean isFirst);
  }

  /**
   * Keeps a login's token.
   *
   * @return the token, or the stored one if that is of a later login
   * @throws TokenNotSavedException if the store fails, or WeChat does not say which one lives
   */
  OAuthToken keepLogin(OAuthToken granted) {
    // A virtual user is thrown away after the page (docs/wechat-protocol.md#snapshot-users).
    return granted.isSnapshotUser()
        ? granted
        : keep(granted, (stored, isFirst) -> keepLatest(stored, granted, isFirst));
  }

  private Optional<OAuthToken> keepLatest(
      Optional<OAuthToken> stored, OAuthToken granted, boolean isFirst) {
    // Another's write is recent, or has just come between: only WeChat knows who is the later.
    if (stored.isPresent()
        && !(isFirst && isSurelyEarlier(stored.get(), granted))
        && isSuperseded(granted, stored.get())) {
      return stored;
    }
    return swap(stored, granted) ? Optional.of(granted) : Optional.empty();
  }

  private static boolean isSurelyEarlier(OAuthToken stored, OAuthToken granted) {
    return stored.createAt() < granted.createAt() - SURELY_EARLIER.toMillis();
  }

  /**
   * Tells whether the stored grant is of a later login than ours. WeChat then refuses ours and
   * takes the stored one. One refusal proves nothing, since WeChat has refused grants that it had
   * just made; so ours is asked for again after the stored one.
   */
  private boolean isSuperseded(OAuthToken granted, OAuthToken stored) {
    if (isAlive(granted)) {
      return false;
    }
    boolean storedIsAlive = isAlive(stored);
    if (isAlive(granted)) {
      return false;
    }
    if (!storedIsAlive && !granted.isValid(clock.instant())) {
      // The stored one may be of a later login, and may have expired in the same long pause.
      throw new TokenStoreException("it expired before it could be saved; sign in again", null);
    }
    return storedIsAlive;
  }

  private boolean isAlive(OAuthToken token) {
    return token.accessToken() != null && api.isAlive(token.openid(), token.accessToken());
  }

  /**
   * Keeps a mini program's session; the caller's is returned.
   *
   * <p>WeChat retires a user's session key when it makes the next one, and its answers do not say
   * which key is the later: neither the clocks of two machines nor the order of two requests tells.
   * So the last save wins. A sign-in that begins after another has ended takes its place, whatever
   * the clocks say. Of sign-ins at the same time in one process, the one that is answered last
   * stays; in two processes, the one that is saved last.
   */
  OAuthToken keepSession(OAuthToken granted) {
    String openid = granted.openid();
    latestSessions.put(openid, granted);
    try {
      return keep(
          granted,
          (stored, isFirst) -> {
            // Looked up after the read: a session that is answered later changes what was read.
            boolean isLatest = granted.equals(latestSessions.get(openid));
            return !isLatest || swap(stored, granted) ? Optional.of(granted) : Optional.empty();
          });
    } finally {
      latestSessions.remove(openid, granted);
    }
  }

  /**
   * Keeps what an explicit refresh gave, if the store has nothing or the grant that was refreshed.
   *
   * @return what is stored now, or the answer where another grant is stored
   */
  OAuthToken keepRefreshed(OAuthToken answer, String refreshToken) {
    return keep(
        answer,
        (stored, isFirst) -> {
          if (stored.isPresent() && !refreshToken.equals(stored.get().refreshToken())) {
            return Optional.of(answer);
          }
          OAuthToken merged = stored.map(old -> old.overlay(answer)).orElse(answer);
          return swap(stored, merged) ? Optional.of(merged) : Optional.empty();
        });
  }

  /** Saves the token if what is stored is still what was read, nothing included. */
  private boolean swap(Optional<OAuthToken> read, OAuthToken token) {
    return new GrantKey(token.openid(), read).replaceIn(store, token);
  }

  private OAuthToken keep(OAuthToken granted, Try attempt) {
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        Optional<OAuthToken> kept = keepOnce(granted, attempt, tries);
        if (kept.isPresent()) {
          return kept.get();
        }
      }
      throw new TokenStoreException("other processes keep changing it", null);
    } catch (RuntimeException e) {
      String why = e instanceof WeChatOAuthException ? e.getMessage() : "the store failed";
      throw new TokenNotSavedException(
          String.valueOf(why), granted, RedactedException.unlessOurs(e));
    }
  }

  private Optional<OAuthToken> keepOnce(OAuthToken granted, Try attempt, int tries) {
    try {
      return attempt.over(store.getToken(granted.openid()), tries == 0);
    } catch (CorruptTokenException e) {
      return replaceUnreadable(granted, tries);
    }
  }

  /**
   * Replaces a record that cannot be read, and so cannot be compared. Of two sign-ins at the same
   * time, one does it under a lease, and the other compares with what it has saved.
   */
  private Optional<OAuthToken> replaceUnreadable(OAuthToken granted, int tries) {
    Optional<Lease> lease = leaseToReplace(granted.openid());
    if (lease.isEmpty()) {
      LockSupport.parkNanos(FIRST_PAUSE.toNanos() << tries);
      return Optional.empty();
    }
    try {
      store.getToken(granted.openid());
      return Optional.empty();
    } catch (CorruptTokenException e) {
      log.warn("{} A new grant of WeChat's replaces it", e.getMessage());
      store.saveToken(granted.openid(), granted);
      return Optional.of(granted);
    } finally {
      lease.get().close();
    }
  }

  private Optional<Lease> leaseToReplace(String openid) {
    try {
      return store.tryLease("unreadable:" + openid, REPLACING);
    } catch (LeaseUnavailableException e) {
      return Optional.of(Lease.unchecked(REPLACING)); // a user who is locked out is worse
    }
  }
}
