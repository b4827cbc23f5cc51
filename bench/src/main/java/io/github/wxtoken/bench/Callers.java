package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Concurrent callers of one store in one process. {@code bench/beside-node} runs it in turns with
 * {@code callers.js}, which does the same with wechat-oauth's store code.
 *
 * <p>It prints {@code ready}. Then it reads lines such as {@code get 16 500}: 16 callers read for
 * 500 ms. It answers each with the calls per second. {@code save} saves; {@code hop} has another
 * thread complete a future and waits for it, as each call of Lettuce does, without any I/O.
 */
public final class Callers {
  private static final int USERS = 256;
  private static final ExecutorService EVENT_LOOP = Executors.newSingleThreadExecutor();

  private final TokenStore store;
  private final ExecutorService threads;
  private final List<OAuthToken> users =
      IntStream.range(0, USERS)
          .mapToObj(number -> Samples.token(Samples.openid('n', number), 1))
          .toList();

  private Callers(TokenStore store, ExecutorService threads) {
    this.store = store;
    this.threads = threads;
  }

  /**
   * Runs until the standard input ends.
   *
   * @param args the URL of the store, and {@code platform} or {@code virtual}: the threads that
   *     call
   * @throws Exception if the store fails
   */
  public static void main(String[] args) throws Exception {
    ExecutorService threads =
        args[1].equals("virtual") ? virtualThreads() : Executors.newCachedThreadPool();
    try (TokenStore store = TokenStores.open(args[0]);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Callers callers = new Callers(store, threads);
      for (int number = 0; number < USERS; number++) {
        callers.save(number);
      }
      System.out.println("ready");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        IntConsumer operation = callers.operation(words[0]);
        int count = Integer.parseInt(words[1]);
        System.out.println(callers.run(operation, count, Integer.parseInt(words[2])));
      }
    } finally {
      threads.shutdownNow();
      EVENT_LOOP.shutdownNow();
    }
  }

  private IntConsumer operation(String name) {
    return switch (name) {
      case "get" -> this::get;
      case "save" -> this::save;
      case "hop" -> number -> CompletableFuture.runAsync(() -> {}, EVENT_LOOP).join();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Virtual threads exist from JDK 21 on, and this is compiled for 17. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private double run(IntConsumer operation, int callers, int millis) throws Exception {
    long begin = System.nanoTime();
    long end = begin + millis * 1_000_000L;
    List<Future<Long>> running = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int first = i;
      running.add(threads.submit(() -> call(operation, first, callers, end)));
    }
    long calls = 0;
    for (Future<Long> caller : running) {
      calls += caller.get();
    }
    return calls * 1e9 / (System.nanoTime() - begin);
  }

  private static long call(IntConsumer operation, int first, int step, long end) {
    long calls = 0;
    for (int number = first; System.nanoTime() < end; number = (number + step) % USERS) {
      operation.accept(number);
      calls++;
    }
    return calls;
  }

  private void get(int number) {
    OAuthToken user = users.get(number);
    OAuthToken found = store.getToken(user.openid()).orElseThrow();
    Contender.require(found.openid().equals(user.openid()), "another user's token");
  }

  private void save(int number) {
    OAuthToken user = users.get(number);
    store.saveToken(user.openid(), user.toBuilder().createAt(System.currentTimeMillis()).build());
  }
}
