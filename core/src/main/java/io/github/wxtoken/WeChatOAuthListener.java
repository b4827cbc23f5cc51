package io.github.wxtoken;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a client does, for metrics and alerts: {@link WeChatOAuth.Builder#listener}. Every
 * method does nothing unless it is overridden.
 *
 * <p>It is called by many threads, so it must be thread-safe: on the thread of a caller before its
 * call returns, or on one of the client's own. No lock or lease is held meanwhile, and nobody but
 * the caller itself waits for it; but the caller's deadline does not count it, and one of the
 * client's threads is busy with it, so it should be quick. What it throws changes nothing, and is
 * logged once, by its class. It must not close the client.
 *
 * <p>No token, code, key or secret is among what it is given, nor the text of an exception. An
 * openid is no secret; there are as many as users, so it is for a log, not for a metric's label.
 */
public interface WeChatOAuthListener {

  /** How a call to WeChat's refresh ended. */
  enum RefreshOutcome {
    /** With a new token. */
    REFRESHED,
    /** The refresh token is dead: the user must authorize again. */
    REAUTHORIZATION_REQUIRED,
    /** The minute's or the day's limit is reached (45011, 45009): refreshing pauses. */
    LIMITED,
    /** WeChat refused for another reason, mostly one in the configuration. */
    REFUSED,
    /** WeChat was busy (−1), or gave no usable answer in time. */
    FAILED
  }

  /** What a client asks of a store. With two hooks, the last two are made of them. */
  enum StoreOperation {
    /** {@link TokenStore#getToken}. */
    GET_TOKEN,
    /** {@link TokenStore#tryLease}; that another holds the lease is an answer, too. */
    TRY_LEASE,
    /** {@link TokenStore#replaceToken}, or the save over a record that cannot be read. */
    REPLACE_TOKEN,
    /** {@link TokenStore#saveTokenIfAbsent}. */
    SAVE_TOKEN_IF_ABSENT
  }

  /** What becomes of a refreshed token that the store did not take for want of an answer. */
  enum UnsavedToken {
    /** It waits, and is tried again. */
    QUEUED,
    /** It was tried again, and the store still fails. */
    FAILED_AGAIN,
    /** The store has taken it. */
    SAVED,
    /** The store has another grant, or took this one before: it is not needed any more. */
    SUPERSEDED,
    /** The store will never take it, for example since it is too long. */
    REFUSED,
    /** Too many wait, or the client was closed first: it is lost to the store. */
    DROPPED
  }

  /** Who answered a code that had been used before. */
  enum CodeReplay {
    /** This process, with what it told the first caller, or tells both now: token or error. */
    ANSWERED,
    /** The store's lease: another process has exchanged the code, or does so now. */
    TURNED_AWAY,
    /** WeChat (40163): it was exchanged where the store does not know of it. */
    REFUSED
  }

  /**
   * WeChat was asked to refresh a token. A failure that is only remembered asks nothing.
   *
   * @param openid the user; null if {@link WeChatOAuth#refreshAccessToken} failed, which names none
   * @param outcome how it ended
   * @param took from the request to the answer
   */
  default void refreshed(@Nullable String openid, RefreshOutcome outcome, Duration took) {}

  /**
   * Another write came first: the store has another grant than the one to be replaced, or has one
   * where there was none. What the client does then is up to what it finds.
   *
   * @param openid the user
   */
  default void compareAndSetLost(String openid) {}

  /**
   * A thread has waited for a refresh by another process, or for a store that failed to lease.
   * Other threads of this process that want the same token wait for this one, and are not told of.
   *
   * @param openid the user
   * @param waited from the first refusal until it got the token, the lease or an error
   */
  default void leaseWaited(String openid, Duration waited) {}

  /**
   * The store failed after WeChat had granted a token, or was tried again since.
   *
   * @param openid the user
   * @param what what becomes of the token
   */
  default void unsaved(String openid, UnsavedToken what) {}

  /**
   * The store answered.
   *
   * @param operation what it was asked for
   * @param took how long it took
   */
  default void storeAnswered(StoreOperation operation, Duration took) {}

  /**
   * The store failed, or refused a value.
   *
   * @param operation what it was asked for
   * @param took how long it took
   * @param failure the class of what it threw
   */
  default void storeFailed(
      StoreOperation operation, Duration took, Class<? extends RuntimeException> failure) {}

  /**
   * A code came that had been used before, as when a browser calls back twice.
   *
   * @param by who answered it
   */
  default void codeReplayed(CodeReplay by) {}
}
