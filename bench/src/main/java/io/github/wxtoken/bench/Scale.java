package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Measures a store with few tokens beside the same store with many, in turns of a second, so that
 * whatever else the machine does meets both. {@code bench/scale} loads the tokens and calls this.
 */
public final class Scale {
  private static final int WARM_UP_TURNS = 3;
  private static final int TURNS = 15;
  private static final long TURN_NANOS = 1_000_000_000;

  private Scale() {}

  /**
   * Measures and prints a row of a table.
   *
   * @param args the name of the store; the URL of the small one, and how many tokens it has; the
   *     same of the large one; the number of threads
   * @throws Exception if a store fails
   */
  public static void main(String[] args) throws Exception {
    String name = args[0];
    int threads = Integer.parseInt(args[5]);
    try (Side small = new Side(args[1], Integer.parseInt(args[2]), threads);
        Side large = new Side(args[3], Integer.parseInt(args[4]), threads)) {
      small.readAll();
      large.readAll();
      for (Operation operation : Operation.values()) {
        measure(WARM_UP_TURNS, operation, small, large, new Latencies(), new Latencies());
        Latencies ofSmall = new Latencies();
        Latencies ofLarge = new Latencies();
        measure(TURNS, operation, small, large, ofSmall, ofLarge);
        print(name + " | " + operation.title, ofSmall, ofLarge);
      }
    }
  }

  private static void measure(
      int turns, Operation operation, Side small, Side large, Latencies ofSmall, Latencies ofLarge)
      throws Exception {
    for (int turn = 0; turn < turns; turn++) {
      small.turn(operation, ofSmall);
      large.turn(operation, ofLarge);
    }
  }

  private static void print(String what, Latencies small, Latencies large) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d → %,d | %,d → %,d | %.2f | %.2f |%n",
        what,
        small.micros(0.5),
        large.micros(0.5),
        small.micros(0.99),
        large.micros(0.99),
        (double) large.nanos(0.5) / small.nanos(0.5),
        (double) large.nanos(0.99) / small.nanos(0.99));
  }

  /** A measured operation. Each call returns how long it took, in nanoseconds. */
  private enum Operation {
    READ("read") {
      @Override
      long nanos(TokenStore store, String openid) {
        long begin = System.nanoTime();
        OAuthToken unused = store.getToken(openid).orElseThrow();
        return System.nanoTime() - begin;
      }
    },
    SAVE("save") {
      @Override
      long nanos(TokenStore store, String openid) {
        OAuthToken next = next(store.getToken(openid).orElseThrow());
        long begin = System.nanoTime();
        store.saveToken(openid, next);
        return System.nanoTime() - begin;
      }
    },
    COMPARE_AND_SET("compare-and-set") {
      @Override
      long nanos(TokenStore store, String openid) {
        OAuthToken token = store.getToken(openid).orElseThrow();
        OAuthToken next = next(token);
        long begin = System.nanoTime();
        // False if another thread was faster, which costs the same.
        boolean unused = store.replaceToken(openid, token, next);
        return System.nanoTime() - begin;
      }
    },
    LEASE("lease, acquired and released") {
      @Override
      long nanos(TokenStore store, String openid) {
        long begin = System.nanoTime();
        store.tryLease(openid, Duration.ofSeconds(10)).ifPresent(Lease::close);
        return System.nanoTime() - begin;
      }
    };

    final String title;

    Operation(String title) {
      this.title = title;
    }

    abstract long nanos(TokenStore store, String openid);

    private static OAuthToken next(OAuthToken token) {
      return token.toBuilder().createAt(token.createAt() + 1).build();
    }
  }

  /** Durations in nanoseconds. */
  private static final class Latencies {
    private final List<long[]> parts = new ArrayList<>();

    void add(long[] part) {
      parts.add(part);
    }

    long nanos(double quantile) {
      long[] all = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      return all[(int) (quantile * (all.length - 1))];
    }

    long micros(double quantile) {
      return nanos(quantile) / 1000;
    }
  }

  /** A store, and the number of its tokens. */
  private static final class Side implements AutoCloseable {
    private final TokenStore store;
    private final int size;
    private final int threads;
    private final ExecutorService workers;

    Side(String url, int size, int threads) {
      this.store = TokenStores.open(url);
      this.size = size;
      this.threads = threads;
      this.workers = Executors.newFixedThreadPool(threads);
    }

    /** Brings the tokens into the server's memory, where one that has run for a day has them. */
    void readAll() {
      try (Stream<OAuthToken> tokens = store.tokens()) {
        long found = tokens.count();
        if (found < size) {
          throw new IllegalStateException("the store has " + found + " tokens and not " + size);
        }
      }
    }

    void turn(Operation operation, Latencies latencies) throws Exception {
      long end = System.nanoTime() + TURN_NANOS;
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(workers.submit(() -> work(operation, end)));
      }
      for (Future<long[]> each : running) {
        latencies.add(each.get());
      }
    }

    private long[] work(Operation operation, long end) {
      long[] nanos = new long[1024];
      int count = 0;
      while (System.nanoTime() < end) {
        String openid = openid(ThreadLocalRandom.current().nextInt(size));
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = operation.nanos(store, openid);
      }
      return Arrays.copyOf(nanos, count);
    }

    /** The key of a token as {@code bench/scale} makes it. */
    private static String openid(int number) {
      return String.format(Locale.ROOT, "oScale%09dabcdefghijklm", number);
    }

    @Override
    public void close() {
      workers.shutdownNow();
      store.close();
    }
  }
}
