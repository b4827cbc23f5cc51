package io.github.wxtoken;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Single flight: of the threads of this process that want the same, one leads and does it, and the
 * others wait for its outcome, each within its own deadline.
 *
 * <p>They share what the store or WeChat said. They do not share a leader's own interrupt or
 * deadline: then the flight is vacated, and one of them takes the lead.
 *
 * @param <K> what a flight is about
 */
final class Flights<K> {
  private final ConcurrentMap<K, Flight> flights = new ConcurrentHashMap<>();

  /** Joins the flight about this key; the caller leads if there was none. */
  Seat enter(K key) {
    Flight mine = new Flight(key);
    Flight present = flights.putIfAbsent(key, mine);
    return present == null ? new Seat(mine, true) : new Seat(present, false);
  }

  /** A caller's part in a flight. */
  final class Seat {
    private final Flight flight;
    private final boolean leads;

    private Seat(Flight flight, boolean leads) {
      this.flight = flight;
      this.leads = leads;
    }

    Flight flight() {
      return flight;
    }

    boolean leads() {
      return leads;
    }
  }

  /** Ends once: of several endings the first counts. */
  final class Flight {
    private final K key;
    private final CompletableFuture<Optional<OAuthToken>> outcome = new CompletableFuture<>();

    private Flight(K key) {
      this.key = key;
    }

    void complete(OAuthToken token) {
      // Removed first, and only if it is still this one: who comes now must not find an old flight.
      flights.remove(key, this);
      outcome.complete(Optional.of(token));
    }

    void fail(Throwable failure) {
      flights.remove(key, this);
      outcome.completeExceptionally(failure);
    }

    /** Ends with the outcome of a task, on the thread that has it. */
    void end(@Nullable OAuthToken token, @Nullable Throwable failure) {
      if (failure != null) {
        Throwable cause = failure.getCause();
        fail(failure instanceof CompletionException && cause != null ? cause : failure);
      } else if (token != null) {
        complete(token);
      }
    }

    /** Ends without an outcome: whoever waits does it instead. */
    void vacate() {
      flights.remove(key, this);
      outcome.complete(Optional.empty());
    }

    /**
     * Waits for the outcome.
     *
     * @return the token, or empty if the flight was vacated
     */
    Optional<OAuthToken> await(Deadline deadline, String what) {
      return Workers.await(outcome, deadline, what);
    }
  }
}
