package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a client does, for metrics and alerts: {@link WeChatOAuth.Builder#listener}. Every
 * method does nothing unless it is overridden. Each event carries the appid, so one listener may
 * serve many clients.
 *
 * <p>From the outside in: {@link #callbackHandled}, {@link #codeExchanged} and {@link #profileRead}
 * say how operations of users end, {@link #weChatCalled} what each call to WeChat costs and
 * answers, and {@link #storeAnswered} and {@link #storeFailed} the same of the store. The others
 * say why a user waits or must sign in again.
 *
 * <p>Many threads call the listener, so it must be thread-safe: on the thread of a caller before
 * its call returns, or on one of the client's own. No lock or lease is held meanwhile, and nobody
 * but the caller itself waits for it; but the caller's deadline does not count it, and one of the
 * client's threads is busy with it, so it should be quick. What it throws changes nothing, and is
 * logged once, by its class. It must not close the client.
 *
 * <p>No event carries a token, code, key or secret, nor the text of an exception. An openid is no
 * secret; there are as many as users, so it is for a log, not for a metric's label. All other
 * parameters but durations have few values, and fit a label.
 */
public interface WeChatOAuthListener {

  /**
   * The errcode of a call without a usable answer: WeChat did not answer in time, answered with an
   * HTTP error, or with what is no answer of this endpoint. WeChat may have acted on the call.
   */
  int NO_ANSWER = Integer.MIN_VALUE;

  /** An endpoint of WeChat. */
  enum Endpoint {
    /** Exchanges the code of a web login for a token. */
    ACCESS_TOKEN("/sns/oauth2/access_token"),
    /** Refreshes an access token. */
    REFRESH_TOKEN("/sns/oauth2/refresh_token"),
    /** Reads a user's profile. */
    USERINFO("/sns/userinfo"),
    /** Checks an access token. */
    AUTH("/sns/auth"),
    /** Exchanges the code of {@code wx.login} for a session. */
    JSCODE2SESSION("/sns/jscode2session"),
    /** Fetches the app's own access token in {@link AppTokenMode#CLASSIC}. */
    APP_TOKEN("/cgi-bin/token"),
    /** Fetches the app's own access token in {@link AppTokenMode#STABLE}. */
    STABLE_TOKEN("/cgi-bin/stable_token"),
    /** Fetches a ticket of the app. */
    TICKET("/cgi-bin/ticket/getticket"),
    /** Exchanges a code for the phone number of a mini program's user. */
    PHONE_NUMBER("/wxa/business/getuserphonenumber");

    private final String path;

    Endpoint(String path) {
      this.path = path;
    }

    /**
     * Returns the path.
     *
     * @return the path of the URL, with the slash before it
     */
    public String path() {
      return path;
    }
  }

  /** A record of an app's own credentials. */
  enum AppRecord {
    /** The access token: {@link WeChatApp#getAccessToken}. */
    ACCESS_TOKEN,
    /** The ticket of {@link TicketType#JSAPI}. */
    JSAPI_TICKET,
    /** The ticket of {@link TicketType#WX_CARD}. */
    WX_CARD_TICKET
  }

  /** Why WeChat was asked for an app's own credential. */
  enum FetchReason {
    /** The store has none. */
    FIRST,
    /** The stored one is near its end, and still in use. */
    AHEAD,
    /** The stored one has expired: callers wait. */
    EXPIRED,
    /** WeChat has refused the stored one before its end: callers wait. */
    REFUSED
  }

  /** How the fetch of an app's own credential ended. */
  enum FetchOutcome {
    /** With a credential. */
    FETCHED,
    /** The minute's or the day's limit is reached (45011, 45009): fetching pauses. */
    LIMITED,
    /** WeChat refused for another reason, mostly one in the configuration. */
    REFUSED,
    /** WeChat was busy (−1), or gave no usable answer in time. */
    FAILED
  }

  /** How the exchange of a code ended. */
  enum ExchangeOutcome {
    /** With a token or a session, which is stored, unless it is a snapshot user's. */
    EXCHANGED,
    /** WeChat does not accept the code: it is expired, or was never valid. */
    CODE_REFUSED,
    /** WeChat has exchanged the code before (40163), where this store does not know of it. */
    ALREADY_USED,
    /** The minute's or the day's limit is reached (45011, 45009): exchanges pause. */
    LIMITED,
    /** WeChat refused for another reason, mostly one in the configuration. */
    REFUSED,
    /** WeChat was busy (−1), or gave no usable answer in time: it may have used up the code. */
    UNKNOWN,
    /** WeChat granted a token or a session, and the store did not take it. */
    NOT_SAVED
  }

  /** The outcome of a callback: the kinds of {@link CallbackResult}. */
  enum SignInOutcome {
    /** {@link CallbackResult.SignedIn}, also for a reload of a callback that signed in. */
    SIGNED_IN,
    /** {@link CallbackResult.Repeated}. */
    REPEATED,
    /** {@link CallbackResult.Denied}. */
    DENIED,
    /** {@link CallbackResult.SnapshotUser}. */
    SNAPSHOT_USER,
    /** {@link CallbackResult.StartAgain}. */
    START_AGAIN,
    /** {@link CallbackResult.FailedForNow}. */
    FAILED_FOR_NOW
  }

  /** How the reading of a profile ended. */
  enum ProfileOutcome {
    /** With the profile. */
    READ,
    /** The user must authorize again, perhaps with a wider scope. */
    REAUTHORIZATION_REQUIRED,
    /** The minute's or the day's limit is reached (45011, 45009). */
    LIMITED,
    /** WeChat refused for another reason, mostly one in the configuration. */
    REFUSED,
    /** WeChat was busy (−1) or gave no usable answer in time, or the store failed in a refresh. */
    FAILED
  }

  /** How a call to WeChat's refresh ended. */
  enum RefreshOutcome {
    /** With a new token. */
    REFRESHED,
    /** The refresh token is invalid: the user must authorize again. */
    REAUTHORIZATION_REQUIRED,
    /** The minute's or the day's limit is reached (45011, 45009): refreshing pauses. */
    LIMITED,
    /** WeChat refused for another reason, mostly one in the configuration. */
    REFUSED,
    /** WeChat was busy (−1), or gave no usable answer in time. */
    FAILED
  }

  /**
   * An operation of a client on a store. With two hooks, the last two are composed of the hooks.
   */
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

  /** The progress of a refreshed token that the store did not save because it did not answer. */
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

  /** The source of the answer to a code that had been used before. */
  enum CodeReplay {
    /** This process, with what it told the first caller, or tells both now: token or error. */
    ANSWERED,
    /** The store's lease: another process has exchanged the code, or does so now. */
    TURNED_AWAY,
    /** WeChat (40163): it was exchanged where the store does not know of it. */
    REFUSED
  }

  /**
   * The client called WeChat: one call over HTTP, whatever it was for. For the rate, the latency
   * and the error codes of each endpoint.
   *
   * @param appid the client's app
   * @param endpoint what was called
   * @param errcode WeChat's error code; 0 if it answered without an error, {@link #NO_ANSWER} if it
   *     gave no usable answer
   * @param took from the request to the end of the answer
   */
  default void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {}

  /**
   * An answer of WeChat's had a date, to compare the clocks by. Tokens are judged by this machine's
   * clock, so a large difference refreshes them too early or too late.
   *
   * @param appid the client's app
   * @param ahead how far the client's clock is ahead of WeChat's, negative if it is behind;
   *     WeChat's date has whole seconds
   */
  default void clockCompared(String appid, Duration ahead) {}

  /**
   * The client handled a callback ({@link WeChatOAuth#handleCallback}). For the rate of sign-ins,
   * and for what keeps users from signing in: cookies that are lost, users who deny, WeChat or the
   * store. A client without callbacks, such as a mini program's, has {@link #codeExchanged} alone.
   *
   * @param appid the client's app
   * @param outcome what came of it
   * @param reason why the user has to start again; null with any other outcome
   * @param took how long it took
   */
  default void callbackHandled(
      String appid, SignInOutcome outcome, CallbackResult.@Nullable Reason reason, Duration took) {}

  /**
   * The client asked WeChat to exchange a code, and kept what WeChat granted. For the share of
   * logins that fail, and why. A code that another caller or process has used before is not
   * exchanged: {@link #codeReplayed} says so. A store that cannot lease is {@link #storeFailed}.
   *
   * @param appid the client's app
   * @param outcome how it ended
   * @param took from the request to WeChat until the store has taken the token
   */
  default void codeExchanged(String appid, ExchangeOutcome outcome, Duration took) {}

  /**
   * The client read a user's profile, once there was a token for it. For the share of profiles that
   * fail, and why.
   *
   * @param appid the client's app
   * @param openid the user
   * @param outcome how it ended
   * @param took from the first request to the end, with the refresh of a token that WeChat refuses
   */
  default void profileRead(String appid, String openid, ProfileOutcome outcome, Duration took) {}

  /**
   * WeChat was asked to refresh a token. A failure that is only remembered asks nothing.
   *
   * @param appid the client's app
   * @param openid the user; null if {@link WeChatOAuth#refreshAccessToken} failed, which names none
   * @param outcome how it ended
   * @param took from the request to the answer
   */
  default void refreshed(
      String appid, @Nullable String openid, RefreshOutcome outcome, Duration took) {}

  /**
   * WeChat was asked for one of the app's own credentials ({@link WeChatApp}). In the cluster there
   * is one {@link FetchOutcome#FETCHED} for each expiry. A failure that is only remembered asks
   * nothing.
   *
   * @param appid the client's app
   * @param what the credential
   * @param reason why it was fetched
   * @param outcome how it ended
   * @param took from the request to the answer
   */
  default void fetched(
      String appid, AppRecord what, FetchReason reason, FetchOutcome outcome, Duration took) {}

  /**
   * Another write came first: the store has another grant than the one to be replaced, or has one
   * where there was none. What the client does then is up to what it finds.
   *
   * @param appid the client's app
   * @param openid the user, or the key of an app's record
   */
  default void compareAndSetLost(String appid, String openid) {}

  /**
   * A thread has waited for a refresh by another process, or for a store that failed to lease.
   * Other threads of this process that need the same token wait for this one, and cause no event.
   *
   * @param appid the client's app
   * @param openid the user, or the key of an app's record
   * @param waited from the first refusal until it got the token, the lease or an error
   */
  default void leaseWaited(String appid, String openid, Duration waited) {}

  /**
   * The store failed after WeChat had granted a token, or was tried again since.
   *
   * @param appid the client's app
   * @param openid the user, or the key of an app's record
   * @param what what becomes of the token
   */
  default void unsaved(String appid, String openid, UnsavedToken what) {}

  /**
   * The store answered.
   *
   * @param appid the client's app
   * @param operation what it was asked for
   * @param took how long it took
   */
  default void storeAnswered(String appid, StoreOperation operation, Duration took) {}

  /**
   * The store failed, or refused a value.
   *
   * @param appid the client's app
   * @param operation what it was asked for
   * @param took how long it took
   * @param failure the class of what it threw
   */
  default void storeFailed(
      String appid,
      StoreOperation operation,
      Duration took,
      Class<? extends RuntimeException> failure) {}

  /**
   * A code came that had been used before, as when a browser calls back twice.
   *
   * @param appid the client's app
   * @param by who answered it
   */
  default void codeReplayed(String appid, CodeReplay by) {}
}
