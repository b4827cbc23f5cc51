package io.github.wxtoken;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The leader protocol of refreshes and of exchanges of codes. Of the callers with an equal key, one
 * leads and the others follow. The leader's task runs on a thread of the client's, so that what was
 * sent to WeChat is finished even if the leader gives up.
 *
 * <p>All callers get what the store or WeChat said to the leader. They do not get the leader's own
 * deadline or interrupt: the flight then ends without an outcome, and a follower leads the next
 * one. Thread-safe.
 *
 * @param <K> what a flight is about
 */
final class SingleFlight<K> {
  private final Flights<K> flights = new Flights<>();
  private final Workers workers;

  SingleFlight(Workers workers) {
    this.workers = workers;
  }

  /**
   * Joins the flight about a key, as its leader or as a follower.
   *
   * @param lead the leader's part, on the caller's thread. What it returns or throws is the outcome
   *     for all; empty leaves the lead without an outcome
   * @param follow a follower's part
   * @return the outcome, or empty if there is none: the caller joins again, or does without
   */
  Optional<OAuthToken> join(
      K key,
      Function<Leader, Optional<OAuthToken>> lead,
      Function<Flights<K>.Flight, Optional<OAuthToken>> follow) {
    Flights<K>.Seat seat = flights.enter(key);
    return seat.leads() ? lead(new Leader(seat.flight()), lead) : follow.apply(seat.flight());
  }

  /**
   * Leads the flight about a key on a thread of the client's, unless there is one already or no
   * thread is free. The caller does not wait. Callers that need the outcome may join the flight.
   *
   * @param task what it returns or throws is the outcome for those that joined; empty ends the
   *     flight without one
   * @throws IllegalStateException if the client is closed
   */
  void launch(K key, Supplier<Optional<OAuthToken>> task) {
    Flights<K>.Seat seat = flights.enter(key);
    if (!seat.leads()) {
      return;
    }
    Flights<K>.Flight flight = seat.flight();
    try {
      if (workers.takeFreePlace(() -> Optional.of(flight)).isEmpty()) {
        flight.vacate();
        return;
      }
      CompletableFuture<?> unused =
          workers.run(
              task,
              (outcome, failure) -> {
                flight.end(outcome == null ? null : outcome.orElse(null), failure);
                flight.vacate(); // if it has no outcome
              });
    } catch (RuntimeException | Error e) {
      flight.vacate();
      throw e;
    }
  }

  private Optional<OAuthToken> lead(Leader leader, Function<Leader, Optional<OAuthToken>> lead) {
    try {
      Optional<OAuthToken> outcome = lead.apply(leader);
      outcome.ifPresentOrElse(leader.flight::complete, leader.flight::vacate);
      return outcome;
    } catch (CallerGaveUpException e) {
      leader.leave();
      throw e;
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        leader.leave(); // some stores throw their own exception when the thread is interrupted
      } else {
        leader.flight.fail(e);
      }
      throw e;
    }
  }

  /** Runs the tasks of one flight. For the leader's thread. */
  final class Leader {
    private final Flights<K>.Flight flight;
    private CompletableFuture<?> running = CompletableFuture.completedFuture(null);

    private Leader(Flights<K>.Flight flight) {
      this.flight = flight;
    }

    /**
     * Starts a task in the place that the caller has taken from the workers. Its failure ends the
     * flight, and so does its outcome, if it has one.
     *
     * @param task the task
     * @param outcome finds the outcome for all callers in the task's result; empty to go on
     * @throws IllegalStateException if the client is closed
     */
    <T> CompletableFuture<T> start(Supplier<T> task, Function<T, Optional<OAuthToken>> outcome) {
      CompletableFuture<T> started =
          workers.run(
              task,
              (result, failure) ->
                  flight.end(result == null ? null : outcome.apply(result).orElse(null), failure));
      running = started;
      return started;
    }

    /**
     * Ends the flight without an outcome, after a task that still runs had the chance to end it.
     */
    private void leave() {
      CompletableFuture<?> unused = running.whenComplete((result, failure) -> flight.vacate());
    }
  }
}
