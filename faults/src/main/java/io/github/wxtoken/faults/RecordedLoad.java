package io.github.wxtoken.faults;

import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
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
 * Threads that take leases of the same few users and replace their grants without a pause; what
 * they do is in a {@link History}.
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

  /** How often the thread that failed least has failed. */
  long failuresOfEach() {
    return workers.stream().mapToLong(worker -> worker.failures).min().orElse(0);
  }

  /** How often the thread that succeeded least has come around. */
  long roundsOfEach() {
    return workers.stream().mapToLong(worker -> worker.rounds).min().orElse(0);
  }

  /** How often all of them have come around. */
  long rounds() {
    return workers.stream().mapToLong(worker -> worker.rounds).sum();
  }

  /** What went wrong otherwise than by an exception for a fault. */
  List<Throwable> wrong() {
    return List.copyOf(wrong);
  }

  /** Lets each thread end its call, and reads what there is in the end. */
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
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
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

    /** With its lease or without it: compare-and-set is what must hold. */
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
