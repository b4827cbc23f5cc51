package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Threads that save new tokens, and threads that ask for the tokens of the same users, without a
 * pause. It remembers which saves were acknowledged.
 */
final class FailoverLoad implements AutoCloseable {
  private static final int WRITERS = 8;
  private static final int READERS = 8;

  private final List<Thread> threads = new ArrayList<>();
  private final List<Writer> writers = new ArrayList<>();
  private final List<String> users;
  private final Map<String, Long> answeredAt = new ConcurrentHashMap<>();
  private final Set<String> signedOut = ConcurrentHashMap.newKeySet();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final LongAccumulator longest = new LongAccumulator(Long::max, 0);
  private volatile long killedAt;
  private volatile long failedAt;
  private volatile long answeredAllAt;
  private volatile boolean stopped;

  FailoverLoad(List<TokenStore> stores, List<WeChatOAuth> clients, List<String> users) {
    this.users = users;
    for (int i = 0; i < WRITERS; i++) {
      Writer writer = new Writer("w" + i, stores.get(i % stores.size()));
      writers.add(writer);
      start(writer::saveOneMore);
    }
    AtomicInteger next = new AtomicInteger();
    for (int i = 0; i < READERS; i++) {
      WeChatOAuth client = clients.get(i % clients.size());
      start(() -> askFor(client, users.get(next.getAndIncrement() % users.size())));
    }
    threads.forEach(Thread::start);
  }

  private void start(Runnable round) {
    threads.add(
        new Thread(
            () -> {
              while (!stopped) {
                try {
                  round.run();
                } catch (WeChatOAuthException e) {
                  // An outage explains it. The next round asks again.
                } catch (RuntimeException | Error e) {
                  wrong.add(e);
                  return;
                }
              }
            },
            "failover-load"));
  }

  private void askFor(WeChatOAuth client, String openid) {
    try {
      OAuthToken unused = timed(() -> client.getValidToken(openid));
      answeredAt.put(openid, System.nanoTime());
    } catch (ReauthorizationRequiredException e) {
      signedOut.add(openid);
    }
  }

  private <T> T timed(Supplier<T> call) {
    long begun = System.nanoTime();
    try {
      return call.get();
    } finally {
      longest.accumulate(System.nanoTime() - begun);
    }
  }

  /** Returns the smallest number of acknowledged saves of a thread. */
  long savesOfEach() {
    return writers.stream().mapToLong(writer -> writer.saves).min().orElse(0);
  }

  /** Returns the number of acknowledged saves. */
  long saves() {
    return writers.stream().mapToLong(writer -> writer.saves).sum();
  }

  /** The primary is dead: from now on, saves and tokens come from another one. */
  void primaryIsDead() {
    answeredAt.clear();
    killedAt = System.nanoTime();
  }

  /** Tells whether each user's token was asked for with success since the primary died. */
  boolean hasAnsweredAllUsers() {
    if (answeredAllAt == 0 && answeredAt.keySet().containsAll(users)) {
      answeredAllAt = System.nanoTime();
    }
    return answeredAllAt != 0 || !wrong.isEmpty();
  }

  /** Returns the time from the death of the primary to the last save that failed. */
  Duration outageOfSaves() {
    return Duration.ofNanos(Math.max(0, failedAt - killedAt));
  }

  /** Returns the time from the death of the primary until each user's token was got. */
  Duration outageOfTokens() {
    return Duration.ofNanos(answeredAllAt - killedAt);
  }

  /** The longest time that a call took, whether it succeeded or failed. */
  Duration longest() {
    return Duration.ofNanos(longest.get());
  }

  /** Returns the users who were told to sign in again. */
  Set<String> signedOut() {
    return signedOut;
  }

  /** Returns the errors that an outage does not explain. */
  List<Throwable> wrong() {
    return List.copyOf(wrong);
  }

  /** Returns the keys whose save was acknowledged and that the store does not have. */
  Set<String> missingFrom(TokenStore store) {
    Set<String> missing = new HashSet<>();
    writers.forEach(writer -> missing.addAll(writer.saved));
    try (Stream<OAuthToken> tokens = store.tokens()) {
      tokens.forEach(token -> missing.remove(token.openid()));
    }
    return missing;
  }

  /** Lets each thread end its call; afterwards nothing changes. */
  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private final class Writer {
    final List<String> saved = new ArrayList<>();
    volatile long saves;
    private final String name;
    private final TokenStore store;
    private int number;

    Writer(String name, TokenStore store) {
      this.name = name;
      this.store = store;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by one thread alone.
    void saveOneMore() {
      String openid = name + "-" + ++number;
      try {
        boolean unused =
            timed(
                () -> {
                  store.saveToken(openid, Tokens.token(openid));
                  return true;
                });
      } catch (WeChatOAuthException e) {
        failedAt = System.nanoTime();
        throw e;
      }
      saved.add(openid);
      saves++;
    }
  }
}
