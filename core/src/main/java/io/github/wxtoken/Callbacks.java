package io.github.wxtoken;

import io.github.wxtoken.CallbackResult.Denied;
import io.github.wxtoken.CallbackResult.FailedForNow;
import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.SnapshotUser;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.WeChatOAuthListener.SignInOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Turns a callback into a result: verifies its state, exchanges its code, and decides by both
 * outcomes. No input from a browser makes it throw. Thread-safe.
 */
final class Callbacks {
  private final States states;
  private final CodeExchange codes;
  private final Events events;

  Callbacks(States states, CodeExchange codes, Events events) {
    this.states = states;
    this.codes = codes;
    this.events = events;
  }

  CallbackResult handle(@Nullable String code, @Nullable String state, @Nullable String visitor) {
    long start = System.nanoTime();
    CallbackResult result = decide(code, state, visitor);
    Reason reason = result instanceof StartAgain again ? again.reason() : null;
    events.callbackHandled(outcome(result), reason, Events.since(start));
    return result;
  }

  private static SignInOutcome outcome(CallbackResult result) {
    if (result instanceof SignedIn) {
      return SignInOutcome.SIGNED_IN;
    }
    if (result instanceof Repeated) {
      return SignInOutcome.REPEATED;
    }
    if (result instanceof Denied) {
      return SignInOutcome.DENIED;
    }
    if (result instanceof SnapshotUser) {
      return SignInOutcome.SNAPSHOT_USER;
    }
    return result instanceof StartAgain ? SignInOutcome.START_AGAIN : SignInOutcome.FAILED_FOR_NOW;
  }

  private CallbackResult decide(
      @Nullable String code, @Nullable String state, @Nullable String visitor) {
    boolean denied = code == null || code.isBlank();
    States.Opened opened;
    try {
      opened = states.open(state, requireVisitor(visitor));
    } catch (InvalidStateException e) {
      return denied
          ? new Denied(null)
          : startAgain(e.reason(), e, null, StateText.readAttempt(state));
    }
    return denied ? new Denied(opened.returnPath()) : signIn(String.valueOf(code), opened);
  }

  /** Makes the state of the next attempt, which follows from the result of the last one. */
  String newState(String visitor, CallbackResult previous) {
    int attempt = 1;
    if (previous instanceof StartAgain last) {
      attempt = last.attempt() + 1;
    } else if (previous instanceof Repeated last) {
      attempt = Math.min(last.attempt() + 1, CallbackResult.MOST_ATTEMPTS);
    }
    return states.create(visitor, previous.returnPath(), attempt);
  }

  /** Treats a visitor that {@code newState} would refuse as a missing one. */
  private static String requireVisitor(@Nullable String visitor) {
    if (visitor == null || visitor.isBlank() || !Utf8.isWellFormed(visitor)) {
      throw new InvalidStateException(Reason.VISITOR_MISSING);
    }
    return visitor;
  }

  private CallbackResult signIn(String code, States.Opened opened) {
    String returnPath = opened.returnPath();
    try {
      CodeExchange.requirePlausible(code); // before the state is used up by it
      states.use(opened, code);
      OAuthToken token = codes.token(code);
      return token.isSnapshotUser()
          ? new SnapshotUser(token, returnPath)
          : new SignedIn(token, returnPath);
    } catch (CodeAlreadyUsedException e) {
      return new Repeated(returnPath, opened.attempt());
    } catch (WeChatOAuthException e) {
      Reason reason = reason(e);
      return reason == null
          ? new FailedForNow(e, true, returnPath)
          : startAgain(reason, e, returnPath, opened.attempt());
    }
  }

  /** Returns why another code is needed; null if this one is still good. */
  private static @Nullable Reason reason(WeChatOAuthException e) {
    if (e instanceof InvalidStateException invalid) {
      return invalid.reason();
    }
    if (CodeOutcomes.isUnknown(e)) {
      return Reason.OUTCOME_UNKNOWN;
    }
    if (e instanceof ReauthorizationRequiredException) {
      return Reason.CODE_REFUSED;
    }
    return e instanceof TokenNotSavedException ? Reason.NOT_SAVED : null;
  }

  /** A count that cannot be read counts as used up: otherwise the redirects could be endless. */
  private static CallbackResult startAgain(
      Reason reason, WeChatOAuthException cause, @Nullable String returnPath, int attempt) {
    return attempt > 0 && attempt < CallbackResult.MOST_ATTEMPTS
        ? new StartAgain(reason, cause, returnPath, attempt)
        : new FailedForNow(cause, false, returnPath);
  }
}
