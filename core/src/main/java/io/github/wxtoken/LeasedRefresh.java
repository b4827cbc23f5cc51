package io.github.wxtoken;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps 4 to 7: one attempt under a lease, on a thread of the client's. Holds no lock, connection
 * or transaction while WeChat is asked. Thread-safe.
 */
final class LeasedRefresh {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  private final TokenStore store;
  private final Records records;
  private final CredentialSource source;
  private final Failures failures;
  private final UnsavedTokens unsaved;
  private final Duration askAndSaveTime;
  private final boolean hooks;

  /**
   * Prepares for attempts.
   *
   * @param askAndSaveTime how long WeChat's answer and the save may take: with less left of a
   *     lease, WeChat is not asked under it
   */
  LeasedRefresh(
      TokenStore store,
      Records records,
      CredentialSource source,
      Failures failures,
      UnsavedTokens unsaved,
      Duration askAndSaveTime,
      boolean hooks) {
    this.store = store;
    this.records = records;
    this.source = source;
    this.failures = failures;
    this.unsaved = unsaved;
    this.askAndSaveTime = askAndSaveTime;
    this.hooks = hooks;
  }

  Attempt attempt(Lease lease, TokenRequest request) {
    try {
      return readAgain(lease, request);
    } finally {
      release(lease); // step 7, before a caller gets the outcome
    }
  }

  /** Step 4: another process may have refreshed since step 1. */
  private Attempt readAgain(Lease lease, TokenRequest request) {
    Optional<OAuthToken> read = records.read(request.key());
    Optional<OAuthToken> usable = request.usable(read);
    if (usable.isPresent()) {
      return new Attempt.Done(usable.get());
    }
    GrantKey expected = new GrantKey(request.key(), read);
    requireRenewable(expected, read);
    // A grant that the store has not taken yet has the latest refresh token.
    Optional<OAuthToken> latest = unsaved.replacementOf(expected).or(() -> read);
    Optional<OAuthToken> waiting = request.usable(latest);
    if (waiting.isPresent()) {
      return save(expected, waiting.get(), request);
    }
    return lease.remaining().compareTo(askAndSaveTime) < 0
        ? new Attempt.LeaseTooShort()
        : askWeChat(expected, latest, request);
  }

  /** Refuses a record for which WeChat's answer is known without a call. */
  void requireRenewable(GrantKey expected, Optional<OAuthToken> read) {
    read.ifPresent(source::requireRenewable);
    failures.check(expected);
  }

  /** Step 5. */
  private Attempt askWeChat(GrantKey expected, Optional<OAuthToken> latest, TokenRequest request) {
    OAuthToken next;
    try {
      next = source.fetch(request.key(), latest);
    } catch (WeChatOAuthException e) {
      return afterFailure(expected, e, request);
    }
    failures.forget(expected);
    return save(expected, next, request);
  }

  /** WeChat may have refused because another process was faster. The store knows. */
  private Attempt afterFailure(
      GrantKey expected, WeChatOAuthException failure, TokenRequest request) {
    failures.remember(expected, failure);
    Optional<OAuthToken> now = records.readAfter(failure, request.key());
    Optional<OAuthToken> usable = request.usable(now);
    if (usable.isPresent()) {
      return new Attempt.Done(usable.get());
    }
    if (!expected.equals(new GrantKey(request.key(), now))) {
      return new Attempt.Conflict(failure);
    }
    // Nothing is deleted: a process with a wrong appid must not sign everyone out.
    throw failure;
  }

  /** Step 6: compare-and-set. */
  private Attempt save(GrantKey expected, OAuthToken next, TokenRequest request) {
    try {
      if (expected.replaceIn(store, next)) {
        return new Attempt.Done(next);
      }
    } catch (IllegalArgumentException e) {
      return refused(expected, next, e);
    } catch (RuntimeException e) {
      return notSaved(expected, next, e);
    }
    Optional<OAuthToken> stored = records.read(request.key());
    Optional<OAuthToken> usable = request.usable(stored);
    if (usable.isPresent()) {
      return new Attempt.Done(usable.get());
    }
    if (stored.isEmpty()) {
      return replaceUnreadable(next);
    }
    if (hasAccessTokenOf(next, stored.get())) {
      return new Attempt.Done(next);
    }
    return new Attempt.Conflict(
        new TokenStoreException(
            "the token of " + request.key() + " changed twice while it was refreshed", null));
  }

  /**
   * The store has no record, or one that cannot be read and that no user replaces by signing in.
   * This process holds the lease, so its record is the latest.
   */
  private Attempt replaceUnreadable(OAuthToken next) {
    log.warn("The record of {} is missing or cannot be read. wxtoken replaces it", next.openid());
    GrantKey nothing = new GrantKey(next.openid(), Optional.empty());
    try {
      store.saveToken(next.openid(), next);
      return new Attempt.Done(next);
    } catch (IllegalArgumentException e) {
      return refused(nothing, next, e);
    } catch (RuntimeException e) {
      return notSaved(nothing, next, e);
    }
  }

  private static boolean hasAccessTokenOf(OAuthToken next, OAuthToken stored) {
    return stored.accessToken() != null && stored.accessToken().equals(next.accessToken());
  }

  /** The store failed after WeChat answered. The callers get the token now, the store later. */
  private Attempt notSaved(GrantKey expected, OAuthToken next, RuntimeException why) {
    if (hooks) {
      log.error(
          "WeChat granted {}, and the hooks did not take it",
          next,
          RedactedException.unlessOurs(why));
    } else {
      unsaved.add(expected, next, why);
    }
    return new Attempt.Done(next);
  }

  /** The store will never take this token. The callers get it, and WeChat is not asked again. */
  private Attempt refused(GrantKey expected, OAuthToken next, IllegalArgumentException why) {
    log.error("WeChat granted {}, and the store refuses it for good", next, why);
    failures.remember(expected, new TokenNotSavedException("the store refuses it", next, why));
    return new Attempt.Done(next);
  }

  /** Step 7. A lease that is not released expires by itself. */
  static void release(Lease lease) {
    try {
      lease.close();
    } catch (RuntimeException e) {
      log.warn("a lease was not released and runs out by itself", RedactedException.unlessOurs(e));
    }
  }
}
