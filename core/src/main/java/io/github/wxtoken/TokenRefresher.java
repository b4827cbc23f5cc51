package io.github.wxtoken;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Returns a usable token, which is refreshed once in the cluster. The steps are those of
 * docs/design.md#the-refresh-step-by-step: steps 1 and 2 are here, step 3 is {@link LeaseAcquirer},
 * steps 4 to 7 are {@link LeasedRefresh}. What is refreshed, and how, is a {@link
 * CredentialSource}, which also says whether a valid record is refreshed in the background.
 *
 * <p><b>A caller that has read a valid token never waits and never fails.</b> If another process
 * holds the lease, or the refresh fails, it gets the token that was read first. Thread-safe.
 */
final class TokenRefresher {
  /** How often another process may change the record during one call before the call fails. */
  private static final int CONFLICTS = 2;

  private final CredentialSource source;
  private final Records records;
  private final UnsavedTokens unsaved;
  private final LeaseAcquirer leases;
  private final LeasedRefresh refresh;
  private final SingleFlight<Wanted> flights;
  private final RefreshPolicy policy;
  private final Clock clock;
  private final boolean hooks;

  /** The key of a flight: a record under this key that is not the rejected grant. */
  private record Wanted(String key, Optional<GrantKey> rejected) {}

  TokenRefresher(
      TokenStore store,
      CredentialSource source,
      Failures failures,
      UnsavedTokens unsaved,
      Workers workers,
      Events events,
      RefreshPolicy policy,
      Duration httpTimeout,
      Clock clock,
      boolean hooks) {
    this.source = source;
    this.records = new Records(store, source, hooks);
    this.unsaved = unsaved;
    this.leases = new LeaseAcquirer(store, records, policy.lease(), workers, events);
    Duration askAndSaveTime = httpTimeout.plus(policy.storeTimeout());
    this.refresh =
        new LeasedRefresh(store, records, source, failures, unsaved, askAndSaveTime, hooks);
    this.flights = new SingleFlight<>(workers);
    this.policy = policy;
    this.clock = clock;
    this.hooks = hooks;
  }

  /**
   * Step 1: returns the stored token if it is usable, or else the outcome of a refresh.
   *
   * @param key the key of the record
   * @param rejected a token that WeChat refused although it looked valid, or null
   */
  OAuthToken usableToken(String key, @Nullable OAuthToken rejected) {
    Deadline deadline = Deadline.in(policy.deadline());
    Optional<OAuthToken> stored = records.readFirst(key);
    GrantKey version = new GrantKey(key, stored);
    // A token of this process that the store has not taken yet is the newer one.
    Optional<OAuthToken> first = unsaved.replacementOf(version).or(() -> stored);
    TokenRequest request =
        new TokenRequest(
            key,
            Optional.ofNullable(rejected),
            first,
            deadline,
            token -> source.refreshAhead(token, policy.refreshAhead()),
            clock);
    Optional<OAuthToken> usable = request.usable(first);
    if (usable.isPresent()) {
      return usable.get();
    }
    try {
      refresh.requireRenewable(version, stored);
      if (source.refreshesInBackground() && request.fallback().isPresent()) {
        refreshInBackground(request);
        return request.fallback().get();
      }
      return refreshOnce(request);
    } catch (RuntimeException e) {
      return request.fallback().orElseThrow(() -> e);
    }
  }

  /** Step 2: one thread of this process leads, the others wait for its outcome. */
  private OAuthToken refreshOnce(TokenRequest request) {
    Wanted wanted = wanted(request);
    while (true) {
      Optional<OAuthToken> token =
          flights
              .join(wanted, leader -> lead(leader, request), flight -> follow(flight, request))
              .or(request::fallback);
      if (token.isPresent()) {
        return token.get();
      }
    }
  }

  /**
   * Steps 2 to 7 on a thread of the client's. If another process holds the lease, or no thread is
   * free, nothing happens: the next caller that reads the record tries again.
   */
  private void refreshInBackground(TokenRequest request) {
    flights.launch(
        wanted(request),
        () ->
            leases
                .acquireFree(request.key())
                .flatMap(lease -> refresh.attempt(lease, request).outcome()));
  }

  private Wanted wanted(TokenRequest request) {
    // Hooks cannot lease: two flights about one record would both call WeChat.
    Optional<OAuthToken> rejected = hooks ? Optional.empty() : request.rejected();
    return new Wanted(request.key(), rejected.map(GrantKey::new));
  }

  private static Optional<OAuthToken> follow(Flights<Wanted>.Flight flight, TokenRequest request) {
    if (request.fallback().isPresent()) {
      return Optional.empty();
    }
    // Hooks share one flight for all purposes, so its outcome may be the grant that was rejected
    // here. This thread then joins the next flight.
    return flight
        .await(request.deadline(), "another thread's refresh")
        .filter(token -> !request.isRejected(token));
  }

  /** The leader's part, from step 3 on; empty if it leaves because it has a valid token. */
  private Optional<OAuthToken> lead(SingleFlight<Wanted>.Leader leader, TokenRequest request) {
    int conflicts = 0;
    while (true) {
      Acquisition acquisition = leases.acquire(request);
      if (acquisition instanceof Acquisition.Refreshed refreshed) {
        return Optional.of(refreshed.token());
      }
      if (!(acquisition instanceof Acquisition.Acquired acquired)) {
        return Optional.empty(); // Unavailable
      }
      Attempt attempt = attempt(leader, acquired.lease(), request);
      if (attempt.outcome().isPresent()) {
        return attempt.outcome();
      }
      if (attempt instanceof Attempt.Conflict conflict) {
        if (++conflicts == CONFLICTS) {
          throw conflict.failure();
        }
      } else if (request.fallback().isPresent()) {
        return Optional.empty();
      } else {
        new Backoff().pause(request.deadline(), "a store that is slow", null);
      }
    }
  }

  private Attempt attempt(SingleFlight<Wanted>.Leader leader, Lease lease, TokenRequest request) {
    CompletableFuture<Attempt> running;
    try {
      running = leader.start(() -> refresh.attempt(lease, request), Attempt::outcome);
    } catch (RuntimeException | Error e) {
      LeasedRefresh.release(lease);
      throw e;
    }
    return Workers.await(running, request.deadline(), "WeChat's answer");
  }
}
