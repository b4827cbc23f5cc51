package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Threads that read and write a store without a pause, and remember its acknowledgements.
 *
 * <p>Each thread has a user of its own, whose grants it replaces one by one, and each time saves
 * one more user. A failed write may have taken effect, and a statement that hung in a paused server
 * may take effect later: only compare-and-set, and keys that are written once, tell which records
 * must exist.
 */
final class OutageLoad implements AutoCloseable {
  private final TokenStore store;
  private final List<Worker> workers = new ArrayList<>();
  private final LongAccumulator longest = new LongAccumulator(Long::max, 0);
  private final AtomicLong lastSuccess = new AtomicLong(System.nanoTime());
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  OutageLoad(TokenStore store, String name, int threads) {
    this.store = store;
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker(name + i));
    }
    workers.forEach(worker -> worker.thread.start());
  }

  /** The longest time that a call took, whether it succeeded or failed. */
  Duration longest() {
    return Duration.ofNanos(longest.get());
  }

  /** Returns when a call last succeeded, by {@link System#nanoTime()}. */
  long lastSuccess() {
    return lastSuccess.get();
  }

  /** Returns the smallest number of failures of a thread. */
  long failuresOfEach() {
    return workers.stream().mapToLong(worker -> worker.failures).min().orElse(0);
  }

  /** Returns the smallest number of rounds of a thread. */
  long roundsOfEach() {
    return workers.stream().mapToLong(worker -> worker.rounds).min().orElse(0);
  }

  /** Returns the errors other than exceptions that an outage explains. */
  List<Throwable> wrong() {
    return List.copyOf(wrong);
  }

  /** Pings the store, as a health check does. */
  void ping() {
    timed(
        () -> {
          store.ping();
          return true;
        });
  }

  private <T> T timed(Supplier<T> call) {
    long start = System.nanoTime();
    try {
      T result = call.get();
      lastSuccess.set(System.nanoTime());
      return result;
    } finally {
      longest.accumulate(System.nanoTime() - start);
    }
  }

  /** Lets each thread end its call; afterwards nothing changes. */
  @Override
  public void close() {
    stopped = true;
    for (Worker worker : workers) {
      try {
        worker.thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Returns the keys whose acknowledged token the store does not have. */
  Set<String> missing() {
    Map<String, String> stored = new HashMap<>();
    try (Stream<OAuthToken> tokens = store.tokens()) {
      tokens.forEach(token -> stored.put(token.openid(), String.valueOf(token.accessToken())));
    }
    Set<String> missing = new HashSet<>();
    for (Worker worker : workers) {
      worker.saved.stream().filter(openid -> !stored.containsKey(openid)).forEach(missing::add);
      if (!worker.possible.contains(stored.getOrDefault(worker.openid, "none"))) {
        missing.add(worker.openid);
      }
    }
    return missing;
  }

  private final class Worker implements Runnable {
    final String openid;
    final Thread thread;
    final List<String> saved = new ArrayList<>();

    /** The access tokens that may be stored: the acknowledged one, and those of failed writes. */
    final Set<String> possible = new HashSet<>(Set.of("none"));

    volatile long failures;
    volatile long rounds;
    private int number;

    Worker(String openid) {
      this.openid = openid;
      this.thread = new Thread(this, "load-" + openid);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by this thread alone.
    public void run() {
      while (!stopped) {
        try {
          ping();
          replaceGrant();
          saveOneMore();
          rounds++;
        } catch (TokenStoreException e) {
          failures++;
        } catch (RuntimeException | Error e) {
          wrong.add(e);
          return;
        }
      }
    }

    private void replaceGrant() {
      OAuthToken before = timed(() -> store.getToken(openid)).orElse(null);
      String found = before == null ? "none" : String.valueOf(before.accessToken());
      if (!possible.contains(found)) {
        throw new AssertionError(openid + " has a token that is not the last one acknowledged");
      }
      OAuthToken next = Tokens.renewed(Tokens.token(openid), ++number);
      possible.add(String.valueOf(next.accessToken()));
      boolean done =
          timed(
              () ->
                  before == null
                      ? store.saveTokenIfAbsent(openid, next)
                      : store.replaceToken(openid, before, next));
      // Refused: an earlier write of unknown outcome took effect before.
      if (done) {
        possible.clear();
        possible.add(String.valueOf(next.accessToken()));
      }
    }

    private void saveOneMore() {
      String other = openid + "-" + ++number;
      timed(
          () -> {
            store.saveToken(other, Tokens.token(other));
            return true;
          });
      saved.add(other);
    }
  }
}
