package io.github.wxtoken.store;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Decides, for authors of stores, how a store behaves when the right or the table that its leases
 * need may be missing.
 *
 * <ul>
 *   <li>A store that has leased before fails closed: {@link LeaseUnavailableException}.
 *   <li>A store that could not lease from the start grants every lease unchecked: {@link
 *       Lease#isExclusive()} is false.
 *   <li>In both cases a caller retries, at first after a second, later every 30 seconds. No thread
 *       and no timer is needed.
 *   <li>Each change is logged once: a warning with the remedy, and an info when leases work again.
 * </ul>
 *
 * <p>At its start a store calls {@link #check} with an attempt that needs the same rights as a
 * lease. Each lease goes through {@link #tryLease}. An attempt tells that the right or the table is
 * missing by throwing what {@link #unavailable} returns. What else it throws, such as a timeout,
 * passes through and changes nothing.
 *
 * <p>Thread-safe. No monitor is held while an attempt runs.
 */
public final class LeaseAvailability {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** A pause is shortened by at most this share, so that processes do not all try at once. */
  private static final double JITTER = 0.25;

  private final Logger log;
  private final String problem;
  private final String remedy;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private final AtomicReference<State> state = new AtomicReference<>(new State(Kind.UNTRIED, 0, 0));

  private enum Kind {
    UNTRIED,
    AVAILABLE,
    /** Leases have never worked in this process. */
    NEVER,
    /** Leases have worked in this process, and do not at the moment. */
    LOST
  }

  /**
   * One state. An outcome counts only if the state is still the one in which its attempt began: an
   * attempt that began before a change tells nothing about the time after it.
   *
   * @param pauseNanos the last pause between two attempts; 0 while every caller may try
   * @param nextNanos when the next caller may try, by {@link System#nanoTime()}
   */
  private record State(Kind kind, long pauseNanos, long nextNanos) {
    boolean everyoneTries() {
      return kind == Kind.UNTRIED || kind == Kind.AVAILABLE;
    }
  }

  /**
   * Makes one for a store, before anything is known.
   *
   * @param log the store's logger
   * @param problem what is the case when leases are unavailable, such as {@code there is no right
   *     to the table token_lease}
   * @param remedy what to do, as a sentence without a full stop, such as {@code Run GRANT …}
   */
  public LeaseAvailability(Logger log, String problem, String remedy) {
    this(log, problem, remedy, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  LeaseAvailability(
      Logger log, String problem, String remedy, LongSupplier nanoTime, DoubleSupplier random) {
    this.log = log;
    this.problem = problem;
    this.remedy = remedy;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /**
   * Returns the exception that an attempt throws if the right or the table is missing.
   *
   * @param cause the driver's exception, reduced to its type and stack, or null
   * @return the exception, with the problem and the remedy in its message
   */
  public LeaseUnavailableException unavailable(@Nullable Throwable cause) {
    return new LeaseUnavailableException(
        "cannot lease: " + problem + ". " + remedy + ". The store tries again by itself", cause);
  }

  /**
   * Finds out at the store's start whether it can lease.
   *
   * @param attempt needs the rights that a lease needs; throws what {@link #unavailable} returns if
   *     one is missing
   */
  public void check(Runnable attempt) {
    State before = current();
    try {
      attempt.run();
      succeeded(before);
    } catch (LeaseUnavailableException e) {
      failed(before);
    }
  }

  /**
   * Acquires a lease, or answers as {@link TokenStore#tryLease} requires while the store cannot
   * lease.
   *
   * @param atMost how long the lease lasts
   * @param attempt asks the backend: the lease, or empty while another holds it; throws what {@link
   *     #unavailable} returns if a right or the table is missing
   * @return what the attempt returned; a lease that nobody checked if leases have never worked
   * @throws LeaseUnavailableException if leases have worked before, and do not at the moment
   */
  public Optional<Lease> tryLease(Duration atMost, Supplier<Optional<Lease>> attempt) {
    State before = mayTry();
    if (before == null) {
      return instead(atMost, unavailable(null));
    }
    try {
      Optional<Lease> lease = attempt.get();
      succeeded(before);
      return lease;
    } catch (LeaseUnavailableException e) {
      failed(before);
      return instead(atMost, e);
    }
  }

  private Optional<Lease> instead(Duration atMost, LeaseUnavailableException failure) {
    if (current().kind() == Kind.NEVER) {
      return Optional.of(Lease.unchecked(atMost));
    }
    throw failure;
  }

  /** Returns the state in which an attempt may begin, or null if it is too early for one. */
  private @Nullable State mayTry() {
    State now = current();
    if (now.everyoneTries()) {
      return now;
    }
    if (nanoTime.getAsLong() - now.nextNanos() < 0) {
      return null;
    }
    State trying = paused(now.kind(), Math.min(2 * now.pauseNanos(), LONGEST_PAUSE.toNanos()));
    // One caller tries; the others do not wait for it.
    return state.compareAndSet(now, trying) ? trying : null;
  }

  private void succeeded(State before) {
    if (before.kind() == Kind.AVAILABLE
        || !state.compareAndSet(before, new State(Kind.AVAILABLE, 0, 0))) {
      return;
    }
    if (before.kind() != Kind.UNTRIED) {
      log.info("Leases are available again, and exclusive from now on. Before, {}", problem);
    }
  }

  private void failed(State before) {
    boolean worked = before.kind() == Kind.AVAILABLE;
    if (!before.everyoneTries()
        || !state.compareAndSet(
            before, paused(worked ? Kind.LOST : Kind.NEVER, FIRST_PAUSE.toNanos()))) {
      return;
    }
    log.warn(
        "Leases are unavailable: {}. {}. {}. The store tries again by itself, at least every {} s",
        problem,
        worked
            ? "Until they are available again, no state is accepted and no code is exchanged"
            : "Every lease is granted unchecked, so an expired token may be refreshed more than"
                + " once",
        remedy,
        LONGEST_PAUSE.toSeconds());
  }

  private State current() {
    return Objects.requireNonNull(state.get());
  }

  private State paused(Kind kind, long pauseNanos) {
    double share = 1 - JITTER * random.getAsDouble();
    return new State(kind, pauseNanos, nanoTime.getAsLong() + (long) (pauseNanos * share));
  }
}
