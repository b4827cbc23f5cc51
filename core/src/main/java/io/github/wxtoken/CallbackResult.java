package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * Tells what a callback of WeChat means for the browser that sent it: the result of {@link
 * WeChatOAuth#handleCallback}. Immutable.
 *
 * <p>What an application answers:
 *
 * <ul>
 *   <li>{@link SignedIn}: begin the session, and redirect to the return path.
 *   <li>{@link Repeated}: if the browser has a session, redirect to the return path. Otherwise
 *       redirect to WeChat again if {@link Repeated#mayStartAgain()}; if not, show a page with a
 *       link to sign in again.
 *   <li>{@link Denied}: show a page with a link to sign in again.
 *   <li>{@link SnapshotUser}: show a page without a session; begin none.
 *   <li>{@link StartAgain}: redirect to WeChat at once, with a state of {@link
 *       WeChatOAuth#newState(String, CallbackResult)}.
 *   <li>{@link FailedForNow}: show a page with a link to sign in again, and log the cause.
 * </ul>
 *
 * <p>A browser is sent to WeChat at most three times in a row: once, and twice by {@link
 * StartAgain} or {@link Repeated}. The state carries the count, since WeChat's own browser drops
 * cookies. So pass the result to {@link WeChatOAuth#newState(String, CallbackResult)}, and do not
 * redirect by way of a login page, which would begin to count anew.
 */
public sealed interface CallbackResult {

  /**
   * Returns where the user was to return to, as it was given to {@link WeChatOAuth#newState(String,
   * String)}.
   *
   * @return a path of this site; null if none was given, or if the state does not prove for this
   *     visitor that it was
   */
  @Nullable String returnPath();

  /**
   * The user is signed in. Also for a repeat of the same callback in the process that knows its
   * outcome.
   *
   * @param token the user's token, which the store holds
   * @param returnPath where the user was to return to, or null
   */
  record SignedIn(OAuthToken token, @Nullable String returnPath) implements CallbackResult {}

  /**
   * The code was exchanged before, in another process or elsewhere. That callback most likely
   * signed the user in: look for the session of the browser.
   *
   * @param returnPath where the user was to return to, or null
   * @param attempt the number of this attempt to sign in, from 1 to 3
   */
  record Repeated(@Nullable String returnPath, int attempt) implements CallbackResult {

    /**
     * Checks the number of the attempt.
     *
     * @param returnPath where the user was to return to, or null
     * @param attempt the number of this attempt to sign in
     * @throws IllegalArgumentException if it is not from 1 to 3
     */
    public Repeated {
      requireAttempt(attempt, MOST_ATTEMPTS);
    }

    /**
     * Tells whether a browser without a session may be redirected to WeChat again.
     *
     * @return false if this was the last of three attempts in a row
     */
    public boolean mayStartAgain() {
      return attempt < MOST_ATTEMPTS;
    }
  }

  /**
   * The callback has no code: the user did not agree to sign in.
   *
   * @param returnPath where the user was to return to, or null
   */
  record Denied(@Nullable String returnPath) implements CallbackResult {}

  /**
   * WeChat shows a snapshot of the page to a virtual user, whom it made up for this visit. The
   * token reads a made-up profile and is not in the store.
   *
   * @param token the virtual user's token
   * @param returnPath where the user was to return to, or null
   */
  record SnapshotUser(OAuthToken token, @Nullable String returnPath) implements CallbackResult {}

  /**
   * This callback signs nobody in, and another sign-in will most likely succeed: redirect the
   * browser to WeChat at once.
   *
   * @param reason why
   * @param cause the same as an exception, for a log
   * @param returnPath where the user was to return to, or null
   * @param attempt the number of the attempt that this callback ended, 1 or 2
   */
  record StartAgain(
      Reason reason, WeChatOAuthException cause, @Nullable String returnPath, int attempt)
      implements CallbackResult {

    /**
     * Checks the number of the attempt.
     *
     * @param reason why
     * @param cause the same as an exception, for a log
     * @param returnPath where the user was to return to, or null
     * @param attempt the number of the attempt that this callback ended
     * @throws IllegalArgumentException if it is not 1 or 2
     */
    public StartAgain {
      requireAttempt(attempt, MOST_ATTEMPTS - 1);
    }
  }

  /**
   * This callback signs nobody in, and a redirect to WeChat would not help now.
   *
   * @param cause what failed
   * @param mayReload true if the code is still good, so that a reload of the callback tries again;
   *     false if three attempts in a row have failed, or the state does not tell how many have
   * @param returnPath where the user was to return to, or null
   */
  record FailedForNow(WeChatOAuthException cause, boolean mayReload, @Nullable String returnPath)
      implements CallbackResult {}

  /** Why a browser has to start again. */
  enum Reason {
    /** The browser sent no visitor: it dropped the cookie, or the sign-in began elsewhere. */
    VISITOR_MISSING,
    /**
     * The callback has no state. It is the reason of an {@link InvalidStateException} only: without
     * a state nothing tells the number of the attempt, so the result is {@link FailedForNow}.
     */
    STATE_MISSING,
    /** The text is not a state of this library; perhaps a part of it was lost. */
    STATE_ALTERED,
    /** The state was made for another visitor or another app, or a character was changed. */
    STATE_OF_ANOTHER_VISITOR,
    /** The state is more than 10 minutes old. */
    STATE_EXPIRED,
    /** The state was used with another code: the user went back, and consented again. */
    STATE_USED,
    /** WeChat refuses the code, or the text cannot be a code of WeChat. */
    CODE_REFUSED,
    /** WeChat gave no usable answer, so nobody knows whether it consumed the code. */
    OUTCOME_UNKNOWN,
    /** WeChat granted a token, and the store did not save it. */
    NOT_SAVED
  }

  /** How often a browser is sent to WeChat in a row. */
  int MOST_ATTEMPTS = 3;

  private static void requireAttempt(int attempt, int atMost) {
    if (attempt < 1 || attempt > atMost) {
      throw new IllegalArgumentException("attempt must be from 1 to " + atMost);
    }
  }
}
