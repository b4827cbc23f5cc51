package io.github.wxtoken;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 3: acquires the lease {@code refresh:<key>}, or reads the store until the process that holds
 * it has refreshed. The lease saves calls to WeChat. It is not what makes a refresh correct: that
 * is compare-and-set. Thread-safe.
 */
final class LeaseAcquirer {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  private final TokenStore store;
  private final Records records;
  private final Duration length;
  private final Workers workers;
  private final Events events;

  LeaseAcquirer(
      TokenStore store, Records records, Duration length, Workers workers, Events events) {
    this.store = store;
    this.records = records;
    this.length = length;
    this.workers = workers;
    this.events = events;
  }

  /** Takes a worker's place first, so that no lease expires in a queue, and then the lease. */
  Acquisition acquire(TokenRequest request) {
    Attempts attempts = new Attempts(request.key());
    if (request.fallback().isPresent()) {
      return workers
          .takeFreePlace(attempts)
          .<Acquisition>map(Acquisition.Acquired::new)
          .orElseGet(Acquisition.Unavailable::new);
    }
    Optional<Lease> lease = workers.takePlace(request.deadline(), attempts);
    return lease.isPresent()
        ? new Acquisition.Acquired(lease.get())
        : observedWait(request, attempts);
  }

  /** Takes the lease if no process holds it, for a thread that has a worker's place. */
  Optional<Lease> acquireFree(String key) {
    return new Attempts(key).get();
  }

  private Acquisition observedWait(TokenRequest request, Attempts attempts) {
    long start = System.nanoTime();
    try {
      return waitFor(request, attempts);
    } finally {
      events.leaseWaited(request.key(), Events.since(start));
    }
  }

  /** Reads the store until there is a usable record, or this process acquires the lease. */
  private Acquisition waitFor(TokenRequest request, Attempts attempts) {
    Backoff backoff = new Backoff();
    while (true) {
      backoff.pause(request.deadline(), attempts.awaited(), attempts.failure);
      Optional<OAuthToken> usable = request.usable(records.read(request.key()));
      if (usable.isPresent()) {
        return new Acquisition.Refreshed(usable.get());
      }
      Optional<Lease> lease = workers.takePlace(request.deadline(), attempts);
      if (lease.isPresent()) {
        return new Acquisition.Acquired(lease.get());
      }
    }
  }

  /** One caller's attempts to lease, and the failure of the latest one. For one thread. */
  private final class Attempts implements Supplier<Optional<Lease>> {
    private final String key;
    private @Nullable RuntimeException failure;

    Attempts(String key) {
      this.key = key;
    }

    @Override
    public Optional<Lease> get() {
      failure = null;
      try {
        return store.tryLease("refresh:" + key, length);
      } catch (LeaseUnavailableException e) {
        // No process gets the lease now. Compare-and-set decides, at the price of more calls.
        log.debug("The store cannot lease now, the token of {} is refreshed without", key, e);
        return Optional.of(Lease.unchecked(length));
      } catch (RuntimeException e) {
        // If the store is unreachable, the next read says so.
        failure = e;
        return Optional.empty();
      }
    }

    String awaited() {
      return failure == null ? "another process's refresh" : "a store that fails to lease";
    }
  }
}
