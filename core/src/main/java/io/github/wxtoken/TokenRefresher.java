package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a valid token, refreshing it once in the cluster: section 5 of the design, step by step.
 *
 * <p>Compare-and-set is what makes it correct: a token is replaced only by what WeChat answered for
 * it. The lease only saves calls: who holds it asks WeChat, and the others watch the store for what
 * comes of it.
 *
 * <p><b>The first rule:</b> from the first read on, a caller whose token is still valid gets that
 * token instead of waiting for a peer or a thread, and instead of any error.
 */
final class TokenRefresher {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final int CONFLICTS = 2;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LAST_PAUSE = Duration.ofMillis(500);

  private final TokenStore store;
  private final WeChatApi api;
  private final Clock clock;
  private final RefreshPolicy policy;
  private final Duration refreshTime;
  private final Workers workers;
  private final UnsavedTokens unsaved;
  private final boolean hooks;
  private final Events events;
  private final Failures failures;
  private final Flights<Wanted> flights = new Flights<>();

  TokenRefresher(
      TokenStore store,
      WeChatApi api,
      Clock clock,
      RefreshPolicy policy,
      Duration httpTimeout,
      Workers workers,
      UnsavedTokens unsaved,
      boolean hooks,
      Events events) {
    this.store = store;
    this.api = api;
    this.clock = clock;
    this.policy = policy;
    this.refreshTime = httpTimeout.plus(policy.storeTimeout());
    this.workers = workers;
    this.unsaved = unsaved;
    this.hooks = hooks;
    this.events = events;
    this.failures = new Failures(clock);
  }

  /** What a flight is about: a token of this user that is not the grant that WeChat rejected. */
  private record Wanted(String openid, @Nullable GrantKey rejected) {}

  /** What one caller wants, and what it has found at first. */
  private record Call(
      String openid, @Nullable OAuthToken rejected, OAuthToken first, Deadline deadline) {}

  /** A turn to refresh, or the token that a peer has refreshed meanwhile. */
  private record Turn(@Nullable Lease lease, @Nullable OAuthToken token) {}

  /** What came of a turn: a token, or "once more from step 3", counted if it was a conflict. */
  private record Attempt(@Nullable OAuthToken token, @Nullable WeChatOAuthException conflict) {
    static final Attempt LEASE_TOO_SHORT = new Attempt(null, null);

    static Attempt done(OAuthToken token) {
      return new Attempt(token, null);
    }

    static Attempt lost(WeChatOAuthException conflict) {
      return new Attempt(null, conflict);
    }
  }

  /**
   * Returns a token that can be used now.
   *
   * @param openid whose
   * @param rejected a token that WeChat refused although it looked valid, or null
   */
  OAuthToken usableToken(String openid, @Nullable OAuthToken rejected) {
    Deadline deadline = Deadline.in(policy.deadline());
    OAuthToken stored = firstRead(openid); // step 1
    // What WeChat granted for it and the store has not taken yet is as good.
    OAuthToken first = unsaved.replacementOf(stored).orElse(stored);
    Call call = new Call(openid, rejected, first, deadline);
    if (isUsable(first, call)) {
      return first;
    }
    try {
      requireRefreshable(stored);
      return refresh(call);
    } catch (RuntimeException e) {
      if (isTolerable(call)) {
        return first;
      }
      throw e;
    }
  }

  /**
   * Refreshes what the caller names, without a flight or a lease: it asked for a call to WeChat.
   * WeChat's limits hold for it, too.
   */
  OAuthToken refreshNow(String refreshToken, GrantSaver grants) {
    failures.checkLimit();
    Deadline deadline = Deadline.in(policy.deadline());
    workers.takePlace(deadline);
    CompletableFuture<OAuthToken> running =
        workers.run(
            () -> {
              try {
                return grants.keepRefreshed(askWeChat(null, refreshToken), refreshToken);
              } catch (WeChatApiException e) {
                failures.rememberLimit(e);
                throw e;
              }
            },
            (token, failure) -> {});
    return Workers.await(running, deadline, "WeChat's answer");
  }

  /** Step 2: one thread of this process goes on, the others wait for its outcome. */
  private OAuthToken refresh(Call call) {
    GrantKey rejected = call.rejected() == null ? null : new GrantKey(call.rejected());
    // Without leases, two flights about one user would both call WeChat.
    Wanted wanted = new Wanted(call.openid(), hooks ? null : rejected);
    while (true) {
      Flights<Wanted>.Seat seat = flights.enter(wanted);
      if (seat.leads()) {
        return lead(seat.flight(), call);
      }
      if (isTolerable(call)) {
        return call.first();
      }
      Optional<OAuthToken> outcome =
          seat.flight().await(call.deadline(), "another thread's refresh");
      if (outcome.isPresent() && !isRejected(outcome.get(), call)) {
        return outcome.get();
      }
      // Nobody leads any more, or with hooks it was a flight for another purpose.
    }
  }

  private OAuthToken lead(Flights<Wanted>.Flight flight, Call call) {
    CompletableFuture<Attempt> running = null;
    try {
      for (int conflicts = 0; ; ) {
        Turn turn = awaitTurn(call);
        if (turn.token() != null) {
          flight.complete(turn.token());
          return turn.token();
        }
        running = start(flight, turn.lease(), call);
        Attempt ended = Workers.await(running, call.deadline(), "WeChat's answer");
        if (ended.token() != null) {
          return ended.token();
        }
        running = null;
        if (ended.conflict() == null) {
          if (isTolerable(call)) {
            throw new CallerGaveUpException("the lease was nearly over", null);
          }
          sleep(FIRST_PAUSE, call.deadline(), "a store that is slow", null);
        } else if (++conflicts == CONFLICTS) {
          throw ended.conflict();
        }
      }
    } catch (CallerGaveUpException e) {
      vacateAfter(running, flight);
      throw e;
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        vacateAfter(running, flight); // a store's way to say that this thread was interrupted
      } else {
        flight.fail(e);
      }
      throw e;
    }
  }

  private CompletableFuture<Attempt> start(
      Flights<Wanted>.Flight flight, @Nullable Lease lease, Call call) {
    try {
      return workers.run(
          () -> refreshUnder(lease, call),
          (attempt, failure) -> flight.end(attempt == null ? null : attempt.token(), failure));
    } catch (RuntimeException | Error e) {
      release(lease);
      throw e;
    }
  }

  private static void vacateAfter(
      @Nullable CompletableFuture<Attempt> running, Flights<Wanted>.Flight flight) {
    if (running == null) {
      flight.vacate();
    } else {
      // Where it ended with an outcome, this comes too late to change it.
      CompletableFuture<Attempt> unused =
          running.whenComplete((attempt, failure) -> flight.vacate());
    }
  }

  /** Step 3: takes the lease, or watches the store while a peer has it. */
  private Turn awaitTurn(Call call) {
    AtomicReference<@Nullable RuntimeException> noLease = new AtomicReference<>();
    Deadline place = isTolerable(call) ? Deadline.in(Duration.ZERO) : call.deadline();
    Optional<Lease> lease = workers.takePlace(place, () -> tryLease(call.openid(), noLease));
    if (lease.isPresent()) {
      return new Turn(lease.get(), null);
    }
    if (isTolerable(call)) {
      throw new CallerGaveUpException("another process is refreshing", null);
    }
    long start = System.nanoTime();
    try {
      return watch(call, noLease);
    } finally {
      events.leaseWaited(call.openid(), Events.since(start));
    }
  }

  /** Waits until a peer has refreshed, or the lease is ours after all. */
  private Turn watch(Call call, AtomicReference<@Nullable RuntimeException> noLease) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      String what =
          noLease.get() == null ? "another process's refresh" : "a store that fails to lease";
      sleep(pause, call.deadline(), what, noLease.get());
      OAuthToken read = read(call.openid());
      if (isUsable(read, call)) {
        return new Turn(null, read);
      }
      // "Tolerable" can only end as time passes, so from here on the deadline is the caller's.
      Optional<Lease> lease =
          workers.takePlace(call.deadline(), () -> tryLease(call.openid(), noLease));
      if (lease.isPresent()) {
        return new Turn(lease.get(), null);
      }
      pause = shorter(pause.multipliedBy(3).dividedBy(2), LAST_PAUSE);
    }
  }

  private Optional<Lease> tryLease(
      String openid, AtomicReference<@Nullable RuntimeException> failure) {
    failure.set(null);
    try {
      return store.tryLease("refresh:" + openid, policy.lease());
    } catch (LeaseUnavailableException e) {
      // Nobody gets one at the moment. Compare-and-set decides, at the price of more calls.
      log.debug("The store cannot lease now, the token of {} is refreshed without", openid, e);
      return Optional.of(new UncheckedLease(policy.lease()));
    } catch (RuntimeException e) {
      // Not ours, then. If the store is away altogether, the next read says so.
      failure.set(e);
      return Optional.empty();
    }
  }

  /** Steps 4 to 7, on a thread of the client's. */
  private Attempt refreshUnder(@Nullable Lease lease, Call call) {
    try {
      return refreshHolding(lease, call);
    } finally {
      release(lease); // step 7: first of all at every exit
    }
  }

  private Attempt refreshHolding(@Nullable Lease lease, Call call) {
    OAuthToken read = read(call.openid()); // step 4: what a peer has done since step 1
    if (isUsable(read, call)) {
      return Attempt.done(read);
    }
    requireRefreshable(read);
    // A grant that the store has not taken yet carries the latest refresh token.
    OAuthToken latest = unsaved.replacementOf(read).orElse(read);
    if (isUsable(latest, call)) {
      return save(read, latest, call);
    }
    if (lease == null || lease.remaining().compareTo(refreshTime) < 0) {
      return Attempt.LEASE_TOO_SHORT;
    }
    OAuthToken answer;
    try {
      answer = askWeChat(read.openid(), String.valueOf(latest.refreshToken())); // step 5
    } catch (WeChatOAuthException e) {
      return afterFailure(read, e, call);
    }
    failures.forget(read);
    return save(read, latest.overlay(answer), call);
  }

  /** Step 6: the answer takes the place of what was read, or of nothing. */
  private Attempt save(OAuthToken read, OAuthToken merged, Call call) {
    try {
      if (store.replaceToken(call.openid(), read, merged)) {
        return Attempt.done(merged);
      }
    } catch (IllegalArgumentException e) {
      return refused(read, merged, e);
    } catch (RuntimeException e) {
      return unsaved(read, merged, e);
    }
    OAuthToken stored = read(call.openid());
    if (isUsable(stored, call)) {
      return Attempt.done(stored);
    }
    if (stored.accessToken() != null && stored.accessToken().equals(merged.accessToken())) {
      return Attempt.done(merged);
    }
    return Attempt.lost(
        new TokenStoreException(
            "the token of " + call.openid() + " changed twice while it was refreshed", null));
  }

  /** The store failed after WeChat answered: the caller gets the token, the store gets it later. */
  private Attempt unsaved(OAuthToken read, OAuthToken merged, RuntimeException why) {
    if (hooks) {
      log.error(
          "WeChat granted {}, and the hooks did not take it",
          merged,
          RedactedException.unlessOurs(why));
    } else {
      unsaved.add(read, merged, why);
    }
    return Attempt.done(merged);
  }

  /** The store will never take this token: one caller is served, and WeChat is left in peace. */
  private Attempt refused(OAuthToken read, OAuthToken merged, IllegalArgumentException why) {
    log.error("WeChat granted {}, and the store refuses it for good", merged, why);
    failures.remember(read, new TokenNotSavedException("the store refuses it", merged, why));
    return Attempt.done(merged);
  }

  /** WeChat refused or failed: perhaps since a peer was faster, which the store knows. */
  private Attempt afterFailure(OAuthToken read, WeChatOAuthException failure, Call call) {
    failures.remember(read, failure);
    Optional<OAuthToken> stored;
    try {
      stored = store.getToken(call.openid());
    } catch (RuntimeException e) {
      log.debug(
          "the token of {} cannot be read again", call.openid(), RedactedException.unlessOurs(e));
      throw failure;
    }
    OAuthToken now = stored.orElseThrow(() -> new NoTokenException(call.openid()));
    if (isUsable(now, call)) {
      return Attempt.done(now);
    }
    if (!now.sameGrant(read)) {
      return Attempt.lost(failure);
    }
    // Nothing is deleted: a process with a wrong appid must not log everyone out.
    throw failure;
  }

  /** WeChat refused this one too: refreshing it again at once would not help. */
  ReauthorizationRequiredException refusedTwice(OAuthToken token) {
    var refusal =
        new ReauthorizationRequiredException(
            "WeChat refuses the token of " + token.openid() + ", and the refreshed one too", null);
    failures.remember(token, refusal);
    return refusal;
  }

  /** An interrupted caller gets its token, too. How long a function reads is not known to us. */
  private OAuthToken firstRead(String openid) {
    if (hooks) {
      return read(openid);
    }
    return Uninterrupted.call(() -> store.getToken(openid))
        .orElseThrow(() -> new NoTokenException(openid));
  }

  private OAuthToken read(String openid) {
    return store.getToken(openid).orElseThrow(() -> new NoTokenException(openid));
  }

  /** Refuses a call to WeChat whose answer is known. */
  private void requireRefreshable(OAuthToken token) {
    if (token.refreshToken() == null || token.refreshToken().isEmpty()) {
      throw new ReauthorizationRequiredException(
          "the token of " + token.openid() + " has no refresh token", null);
    }
    failures.check(token);
  }

  /** The call to WeChat; whose token it refreshes is not known where only the token was given. */
  private OAuthToken askWeChat(@Nullable String openid, String refreshToken) {
    long start = System.nanoTime();
    try {
      OAuthToken answer = api.refresh(refreshToken);
      if (openid != null && !answer.openid().equals(openid)) {
        throw new WeChatTransportException(
            "WeChat's answer to a refresh is unusable: it is of another openid", null);
      }
      events.refreshed(answer.openid(), RefreshOutcome.REFRESHED, Events.since(start));
      return answer;
    } catch (WeChatOAuthException e) {
      events.refreshed(openid, Failures.outcome(e), Events.since(start));
      throw e;
    }
  }

  private boolean isUsable(OAuthToken token, Call call) {
    Duration halfLife = Duration.ofSeconds(token.expiresIn()).dividedBy(2);
    Duration ahead = shorter(policy.refreshAhead(), halfLife);
    return token.isValid(clock.instant().plus(ahead)) && !isRejected(token, call);
  }

  private boolean isTolerable(Call call) {
    return call.first().isValid(clock.instant()) && !isRejected(call.first(), call);
  }

  private static boolean isRejected(OAuthToken token, Call call) {
    return call.rejected() != null && token.sameGrant(call.rejected());
  }

  private static void release(@Nullable Lease lease) {
    try {
      if (lease != null) {
        lease.close();
      }
    } catch (RuntimeException e) {
      log.warn("a lease was not released and runs out by itself", RedactedException.unlessOurs(e));
    }
  }

  private static void sleep(
      Duration pause, Deadline deadline, String what, @Nullable RuntimeException why) {
    if (deadline.isOver()) {
      throw new CallerGaveUpException(
          "the deadline is over; it was spent on " + what,
          why == null ? null : RedactedException.unlessOurs(why));
    }
    // Full jitter: those who wait together do not ask together.
    long nanos = ThreadLocalRandom.current().nextLong(pause.toNanos()) + 1;
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(nanos, deadline.nanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallerGaveUpException("interrupted while waiting for " + what, e);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
