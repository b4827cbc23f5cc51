package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Users who sign in at two stores while a copy runs, and what the stores have acknowledged. */
final class SignIns {
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final LongAdder count = new LongAdder();
  private final AtomicLong clock = new AtomicLong(System.currentTimeMillis());

  /** What happens while users sign in. */
  interface Work {
    void run() throws Exception;
  }

  /** Returns the openid of a user. */
  static String openid(int user) {
    return "oUser-" + user;
  }

  /** Returns a user's first token, which the caller saves. It counts as acknowledged. */
  OAuthToken first(int user) {
    OAuthToken first = next(openid(user));
    acknowledged.put(openid(user), first.createAt());
    return first;
  }

  private OAuthToken next(String openid) {
    return token(openid).toBuilder().createAt(clock.incrementAndGet()).build();
  }

  /**
   * Does some work while users sign in, half of the threads at each store.
   *
   * @param pause what a thread waits between two sign-ins, so that this is no load test of the
   *     stores
   */
  void during(
      TokenStore source, TokenStore target, int threads, int users, Duration pause, Work work)
      throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        TokenStore side = i % 2 == 0 ? source : target;
        running.add(executor.submit(() -> keepSigningIn(side, users, pause, stopped)));
      }
      work.run();
      stopped.set(true);
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      stopped.set(true);
      executor.shutdown();
    }
  }

  private void keepSigningIn(TokenStore store, int users, Duration pause, AtomicBoolean stopped) {
    while (!stopped.get()) {
      signIn(store, openid(ThreadLocalRandom.current().nextInt(users)));
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  /** As a client does it: it reads, and writes by compare-and-set what is later. */
  private void signIn(TokenStore store, String openid) {
    for (boolean done = false; !done; ) {
      OAuthToken stored = store.getToken(openid).orElse(null);
      OAuthToken later = next(openid);
      done =
          stored == null
              ? store.saveTokenIfAbsent(openid, later)
              : stored.createAt() >= later.createAt() || store.replaceToken(openid, stored, later);
      if (done) {
        acknowledged.merge(openid, later.createAt(), Math::max);
        count.increment();
      }
    }
  }

  /** Returns the number of users who have an acknowledged token. */
  int users() {
    return acknowledged.size();
  }

  /** Returns how many sign-ins were acknowledged. */
  long count() {
    return count.sum();
  }

  /** Asserts that a store has for each user the latest acknowledged token, or a later one. */
  void assertNoneIsLostOrOlder(TokenStore store) {
    Set<String> found = new HashSet<>();
    try (Stream<OAuthToken> tokens = store.tokens()) {
      tokens
          .filter(token -> token.createAt() >= acknowledged.getOrDefault(token.openid(), 0L))
          .forEach(token -> found.add(token.openid()));
    }
    assertThat(acknowledged.keySet()).allMatch(found::contains);
  }
}
