package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Behaviour;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A simulated WeChat and one store, shared by clients that stand for the processes of a cluster.
 */
public final class TestCluster implements AutoCloseable {
  public static final Duration LIFE = Duration.ofHours(2);

  /** Generous enough for a busy machine, short enough to wait for a lease that nobody releases. */
  public static final RefreshPolicy IMPATIENT =
      new RefreshPolicy(
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofMillis(2_500),
          Duration.ofSeconds(30));

  public static final Duration IMPATIENT_HTTP = Duration.ofSeconds(2);

  public final WeChatSimulator weChat = WeChatSimulator.start();
  public final StoreDouble store;
  private final List<WeChatOAuth> processes = new ArrayList<>();
  private final List<WeChatApp> apps = new ArrayList<>();

  public TestCluster() {
    this(new MemoryTokenStore());
  }

  public TestCluster(TokenStore store) {
    this.store = new StoreDouble(store);
  }

  /** Starts a process with the default times. */
  public WeChatOAuth process() {
    return process(builder -> builder);
  }

  public WeChatOAuth process(UnaryOperator<WeChatOAuth.Builder> details) {
    WeChatOAuth process =
        details
            .apply(
                WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
                    .store(store)
                    .apiEndpoint(weChat.uri())
                    .openEndpoint(weChat.uri())
                    .clock(weChat.clock()))
            .build();
    processes.add(process);
    return process;
  }

  /** Starts a process that has the app's own credentials, with the default times. */
  public WeChatApp app() {
    return app(builder -> builder);
  }

  public WeChatApp app(UnaryOperator<WeChatApp.Builder> details) {
    WeChatApp process =
        details
            .apply(
                WeChatApp.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
                    .store(store)
                    .apiEndpoint(weChat.uri())
                    .clock(weChat.clock()))
            .build();
    apps.add(process);
    return process;
  }

  /** Starts a process that waits 2 seconds for WeChat, and whose leases last little longer. */
  public WeChatOAuth impatientProcess() {
    return process(b -> b.httpTimeout(IMPATIENT_HTTP).refreshPolicy(IMPATIENT));
  }

  /** Starts a process whose clock is off. */
  public WeChatOAuth processWithClockOff(Duration by) {
    return process(b -> b.clock(Clock.offset(weChat.clock(), by)));
  }

  public String code(String user) {
    return weChat.authorize(WeChatSimulator.APPID, user, "snsapi_userinfo");
  }

  public String openid(String user) {
    return weChat.openid(WeChatSimulator.APPID, user);
  }

  public OAuthToken stored(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  /** Lets the access token's life be over. */
  public void expire() {
    weChat.clock().advance(LIFE.plusSeconds(1));
  }

  /** Lets less than a minute of the access token's life be left. */
  public void nearlyExpire() {
    weChat.clock().advance(LIFE.minusSeconds(30));
  }

  public long refreshes() {
    return weChat.counters().calls(Endpoint.REFRESH);
  }

  public Behaviour behaviour() {
    return weChat.behaviour();
  }

  /** A task on a thread of its own. */
  public record Running<T>(Thread thread, CompletableFuture<T> result) {}

  public static <T> Running<T> start(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread = new Thread(() -> complete(result, task));
    thread.setDaemon(true);
    thread.start();
    return new Running<>(thread, result);
  }

  public static <T> CompletableFuture<T> async(Callable<T> task) {
    return start(task).result();
  }

  /** Waits for a latch, and fails after a minute. */
  public static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when a thread runs, or waits, in a method of this class. */
  public static void awaitFrame(Thread thread, Class<?> type) {
    while (Arrays.stream(thread.getStackTrace())
        .noneMatch(frame -> frame.getClassName().equals(type.getName()))) {
      if (!thread.isAlive()) {
        throw new IllegalStateException("the thread has ended");
      }
      Thread.onSpinWait();
    }
  }

  /** Runs a task on many threads that start together. */
  public static <T> List<CompletableFuture<T>> together(int threads, Callable<T> task) {
    CountDownLatch ready = new CountDownLatch(threads);
    var pool = Executors.newFixedThreadPool(threads);
    List<CompletableFuture<T>> results = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<T> result = new CompletableFuture<>();
      results.add(result);
      pool.execute(
          () -> {
            ready.countDown();
            complete(
                result,
                () -> {
                  ready.await();
                  return task.call();
                });
          });
    }
    pool.shutdown();
    return results;
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> task) {
    try {
      result.complete(task.call());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(WeChatOAuth::close);
    apps.forEach(WeChatApp::close);
    weChat.close();
  }
}
