package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that acquire leases of the same few users and replace their grants without a pause. A
 * {@link History} records their operations.
 */
final class RecordedLoad implements AutoCloseable {
  private static final int USERS = 4;
  private static final Duration LEASE = Duration.ofMillis(500);
  private static final Duration AFTER_A_FAILURE = Duration.ofMillis(5);

  private final TokenStore store;
  private final String name;
  private final List<Worker> workers = new ArrayList<>();
  private final AtomicInteger grants = new AtomicInteger();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  RecordedLoad(TokenStore store, String name, int threads) {
    this.store = store;
    this.name = name;
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker());
    }
    workers.forEach(worker -> worker.thread.start());
  }

  /** Returns the smallest number of failures of a thread. */
  long failuresOfEach() {
    return workers.stream().mapToLong(worker -> worker.failures).min().orElse(0);
  }

  /** Returns the smallest number of rounds of a thread. */
  long roundsOfEach() {
    return workers.stream().mapToLong(worker -> worker.rounds).min().orElse(0);
  }

  /** Returns the number of rounds of all threads. */
  long rounds() {
    return workers.stream().mapToLong(worker -> worker.rounds).sum();
  }

  /** Returns the errors other than exceptions that a fault explains. */
  List<Throwable> wrong() {
    return List.copyOf(wrong);
  }

  /** Lets each thread end its call, and reads the final records. */
  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Worker worker : workers) {
      worker.thread.join();
    }
    for (int user = 0; user < USERS; user++) {
      Optional<OAuthToken> unused = store.getToken(openid(user));
    }
  }

  private String openid(int user) {
    return name + "-" + user;
  }

  private final class Worker implements Runnable {
    final Thread thread = new Thread(this, "load-" + name);
    volatile long failures;
    volatile long rounds;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by this thread alone.
    public void run() {
      while (!stopped) {
        try {
          replaceGrant(openid(ThreadLocalRandom.current().nextInt(USERS)));
          rounds++;
        } catch (TokenStoreException e) {
          failures++;
          LockSupport.parkNanos(AFTER_A_FAILURE.toNanos());
        } catch (RuntimeException | Error e) {
          wrong.add(e);
          return;
        }
      }
    }

    /** Replaces with or without the lease: compare-and-set must be enough. */
    private void replaceGrant(String openid) {
      Optional<Lease> lease = store.tryLease("refresh:" + openid, LEASE);
      try {
        OAuthToken next = Tokens.renewed(Tokens.token(openid), grants.incrementAndGet());
        Optional<OAuthToken> before = store.getToken(openid);
        boolean unused =
            before.isEmpty()
                ? store.saveTokenIfAbsent(openid, next)
                : store.replaceToken(openid, before.get(), next);
      } finally {
        lease.ifPresent(Lease::close);
      }
    }
  }
}
