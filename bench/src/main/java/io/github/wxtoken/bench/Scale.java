package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
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
  private static final int THREADS = 4;
  private static final int TURNS = 15;
  private static final long TURN_NANOS = 1_000_000_000;

  private Scale() {}

  /**
   * Measures and prints a row of a table.
   *
   * @param args the name of the store; the URL of the small one, and how many tokens it has; the
   *     same of the large one
   * @throws Exception if a store fails
   */
  public static void main(String[] args) throws Exception {
    String name = args[0];
    try (Side small = new Side(args[1], Integer.parseInt(args[2]));
        Side large = new Side(args[3], Integer.parseInt(args[4]))) {
      for (boolean warm : new boolean[] {true, false}) {
        int turns = warm ? 3 : TURNS;
        Latencies smallReads = new Latencies();
        Latencies largeReads = new Latencies();
        Latencies smallWrites = new Latencies();
        Latencies largeWrites = new Latencies();
        for (int turn = 0; turn < turns; turn++) {
          small.turn(false, smallReads);
          large.turn(false, largeReads);
          small.turn(true, smallWrites);
          large.turn(true, largeWrites);
        }
        if (!warm) {
          print(name + " read", large.size, smallReads, largeReads);
          print(name + " compare-and-set", large.size, smallWrites, largeWrites);
        }
      }
      long begin = System.nanoTime();
      long count;
      try (Stream<OAuthToken> tokens = large.store.tokens()) {
        count = tokens.count();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "| %s scan | %,d tokens | %.1f s | %,.0f/s |%n",
          name,
          count,
          seconds,
          count / seconds);
    }
  }

  private static void print(String what, int size, Latencies small, Latencies large) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %d → %d | %d → %d | %.2f | %.2f |%n",
        what,
        size,
        small.micros(0.5),
        large.micros(0.5),
        small.micros(0.99),
        large.micros(0.99),
        (double) large.nanos(0.5) / small.nanos(0.5),
        (double) large.nanos(0.99) / small.nanos(0.99));
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
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    Side(String url, int size) {
      this.store = TokenStores.open(url);
      this.size = size;
    }

    void turn(boolean writes, Latencies latencies) throws Exception {
      long end = System.nanoTime() + TURN_NANOS;
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(() -> work(writes, end)));
      }
      for (Future<long[]> each : running) {
        latencies.add(each.get());
      }
    }

    private long[] work(boolean writes, long end) {
      long[] nanos = new long[1024];
      int count = 0;
      while (System.nanoTime() < end) {
        String openid = openid(ThreadLocalRandom.current().nextInt(size));
        long begin = System.nanoTime();
        OAuthToken token = store.getToken(openid).orElseThrow();
        if (writes) {
          OAuthToken next = token.toBuilder().createAt(token.createAt() + 1).build();
          begin = System.nanoTime();
          boolean unused = store.replaceToken(openid, token, next);
        }
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = System.nanoTime() - begin;
      }
      return Arrays.copyOf(nanos, count);
    }

    /** The key of a token as {@code bench/scale} makes it. */
    private static String openid(int number) {
      return String.format(Locale.ROOT, "oScale%09dabcdefghijklm", number);
    }

    @Override
    public void close() {
      threads.shutdownNow();
      store.close();
    }
  }
}
