package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The application's own connections: how long the store waits for one, and what they may throw. */
class UsersPoolTest {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  @TempDir Path directory;
  private String url = "";
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger asking = new AtomicInteger();
  private final AtomicInteger mostAsking = new AtomicInteger();
  private final Queue<String> askedBy = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  @BeforeEach
  void makeDatabase() {
    url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
  }

  /** Blocks at the gate, without an end, as a plain driver without timeouts does. */
  private Connection connect() throws Exception {
    askedBy.add(Thread.currentThread().getName());
    mostAsking.accumulateAndGet(asking.incrementAndGet(), Math::max);
    try {
      gate.await();
      opened.incrementAndGet();
      return FailingConnections.changed(
          Servers.connect(url),
          (method, arguments) -> {
            if (method.getName().equals("close")) {
              closed.incrementAndGet();
            }
            return null;
          });
    } finally {
      asking.decrementAndGet();
    }
  }

  private TokenStore store(DataSource dataSource) {
    return JdbcTokenStore.builder(dataSource).timeout(TIMEOUT).build();
  }

  @Test
  void aCallEndsInTimeThoughTheDataSourceBlocksAndNoConnectionIsLost() {
    TokenStore store = store(FailingConnections.from(this::connect));
    gate = new CountDownLatch(1);
    long start = System.nanoTime();

    Throwable thrown = catchThrowable(() -> store.saveToken("oA", Tokens.token("oA")));

    assertThat(ReconnectContract.since(start)).isLessThan(TIMEOUT.toMillis() + 1_000);
    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot save the token of oA")
        .hasMessageContaining("inside a transaction")
        .hasMessageContaining("Make the pool larger");
    gate.countDown();
    ReconnectContract.await(() -> asking.get() == 0 && closed.get() == opened.get());
    store.saveToken("oA", Tokens.token("oA"));
    assertThat(store.getToken("oA")).isPresent();
  }

  @Test
  void thousandsOfCallersOfADataSourceThatBlocksNeedFewThreads() throws Exception {
    TokenStore store = store(FailingConnections.from(this::connect));
    gate = new CountDownLatch(1);
    AtomicInteger failed = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Thread caller =
          new Thread(
              null,
              () -> {
                if (!ReconnectContract.succeeds(() -> store.getToken("oA"))) {
                  failed.incrementAndGet();
                }
              },
              "caller",
              128 * 1024);
      callers.add(caller);
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(failed).hasValue(2_000);
    assertThat(mostAsking.get()).isLessThanOrEqualTo(16);
    gate.countDown();
    ReconnectContract.await(() -> asking.get() == 0 && closed.get() == opened.get());
    // None of those who gave up is still served.
    assertThat(opened.get()).isLessThanOrEqualTo(100);
    store.getToken("oA");
  }

  @Test
  void anInterruptedCallerStopsWaitingAndStaysInterrupted() {
    TokenStore store = store(FailingConnections.from(this::connect));
    gate = new CountDownLatch(1);
    Thread.currentThread().interrupt();

    Throwable thrown = catchThrowable(() -> store.getToken("oA"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(thrown).isInstanceOf(TokenStoreException.class).hasMessageContaining("interrupted");
    gate.countDown();
    ReconnectContract.await(() -> asking.get() == 0 && closed.get() == opened.get());
  }

  @Test
  void aDataSourceThatBlocksAtTheStartEndsTheStart() {
    CountDownLatch blocked = new CountDownLatch(1);
    long start = System.nanoTime();

    Throwable thrown =
        catchThrowable(
            () ->
                store(
                    FailingConnections.from(
                        () -> {
                          blocked.await();
                          throw new SQLException("too late");
                        })));

    assertThat(thrown).isInstanceOf(TokenStoreException.class).hasMessageContaining("connect");
    assertThat(ReconnectContract.since(start)).isLessThan(TIMEOUT.toMillis() + 1_000);
    blocked.countDown();
  }

  @Test
  void aClosedStoreGivesBackTheConnectionThatComesLate() {
    TokenStore store = store(FailingConnections.from(this::connect));
    gate = new CountDownLatch(1);
    assertThat(catchThrowable(() -> store.getToken("oA"))).isInstanceOf(TokenStoreException.class);

    store.close();
    gate.countDown();

    ReconnectContract.await(() -> asking.get() == 0 && closed.get() == opened.get());
  }

  @Test
  void aDataSourceThatGivesUpInTimeIsAskedOnTheCallersThread() {
    JdbcTokenStore.builder(FailingConnections.from(this::connect, 1)).build().getToken("oA");

    assertThat(askedBy).isNotEmpty().containsOnly(Thread.currentThread().getName());
  }

  /** Nothing is known of how long this data source waits. */
  @Test
  void anUnknownDataSourceIsAskedOnAThreadOfTheStore() {
    store(FailingConnections.from(this::connect)).getToken("oA");

    assertThat(askedBy).allMatch(name -> name.startsWith("wxtoken-connection-"));
  }

  @Test
  void aPoolThatWaitsLongerThanTheStoreIsWarnedOfAtTheStart() {
    try (HikariDataSource patient = hikari(10, 30_000, 5_000);
        LogRecorder logs = LogRecorder.listen("io.github.wxtoken.jdbc", Level.WARN)) {
      store(patient).close();

      assertThat(logs.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .contains("35000 ms")
          .contains("500 ms")
          .contains("connectionTimeout");
    }
  }

  @Test
  void aPoolThatGivesUpInTimeIsNotWarnedOf() {
    try (HikariDataSource brief = hikari(10, 250, 250);
        LogRecorder logs = LogRecorder.listen("io.github.wxtoken.jdbc", Level.WARN)) {
      store(brief).close();

      assertThat(logs.messagesOfThisThread(Level.WARN)).isEmpty();
    }
  }

  /** Fourteen requests, each with one of ten connections or waiting for one. */
  @Test
  void transactionsThatUseUpThePoolFailInTimeAndTheMessageNamesThem() throws Exception {
    try (HikariDataSource hikari = hikari(10, 30_000, 5_000)) {
      TokenStore store = store(hikari);
      CyclicBarrier allInTransactions = new CyclicBarrier(10);
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      List<Thread> requests = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < 14; i++) {
        boolean among = i < 10;
        Thread request =
            new Thread(
                () -> {
                  try (Connection transaction = hikari.getConnection()) {
                    if (among) {
                      allInTransactions.await();
                    }
                    store.getToken("oA");
                  } catch (Exception e) {
                    failures.add(e);
                  }
                });
        requests.add(request);
        request.start();
      }
      for (Thread request : requests) {
        request.join();
      }

      assertThat(ReconnectContract.since(start)).isLessThan(5_000);
      assertThat(failures)
          .isNotEmpty()
          .allSatisfy(
              e ->
                  assertThat(e)
                      .isInstanceOf(TokenStoreException.class)
                      .hasMessageContaining("inside a transaction"));
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  private HikariDataSource hikari(int size, long connectionTimeout, long validationTimeout) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(connectionTimeout);
    config.setValidationTimeout(validationTimeout);
    return new HikariDataSource(config);
  }

  /** Exceptions that an application's data source may throw, each with CANARY at several depths. */
  static Stream<Throwable> foreign() {
    Function<Throwable, Throwable> deep =
        e -> {
          Throwable cause = new IllegalArgumentException("CANARY", new SQLException("CANARY"));
          cause.addSuppressed(new IllegalStateException("CANARY"));
          e.addSuppressed(new SQLException("CANARY", new RuntimeException("CANARY")));
          e.initCause(cause);
          return e;
        };
    SQLException chained = new SQLException("CANARY", "CANARY", 7);
    chained.setNextException(new SQLException("CANARY"));
    Exception first = new IllegalStateException("CANARY");
    Exception second = new RuntimeException("CANARY", first);
    first.initCause(second);
    return Stream.concat(
        Stream.of(
                new IllegalStateException("CANARY"),
                new UnsupportedOperationException("CANARY"),
                new SQLException("CANARY"),
                new NoSuchMethodError("CANARY"),
                new AssertionError("CANARY"),
                new java.io.IOException("CANARY"),
                new org.jdbi.v3.core.ConnectionException(new RuntimeException("CANARY")))
            .map(e -> e.getCause() == null ? deep.apply(e) : e),
        Stream.of(chained, first));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void noTextOfADataSourceThatFailsGetsOut(Throwable thrown) {
    assertReduced(catchThrowable(() -> store(FailingConnections.from(() -> sneaky(thrown)))));

    AtomicInteger calls = new AtomicInteger();
    TokenStore store =
        store(
            FailingConnections.from(
                () -> calls.incrementAndGet() > 3 ? sneaky(thrown) : Servers.connect(url)));
    assertReduced(catchThrowable(() -> store.getToken("oA")));
    assertReduced(catchThrowable(() -> store.saveToken("oA", Tokens.token("oA"))));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void noTextOfAConnectionThatFailsGetsOut(Throwable thrown) {
    for (String method :
        List.of("getAutoCommit", "getNetworkTimeout", "prepareStatement", "close")) {
      AtomicInteger calls = new AtomicInteger();
      TokenStore store =
          store(
              FailingConnections.from(
                  () -> {
                    boolean bad = calls.incrementAndGet() > 3;
                    return FailingConnections.changed(
                        Servers.connect(url),
                        (called, arguments) ->
                            bad && called.getName().equals(method) ? sneaky(thrown) : null);
                  }));
      Throwable seen = catchThrowable(() -> store.getToken("oA"));
      if (seen != null) {
        assertReduced(seen);
      }
    }
  }

  private static Connection sneaky(Throwable e) throws Exception {
    if (e instanceof Error error) {
      throw error;
    }
    throw (Exception) e;
  }

  private static void assertReduced(Throwable seen) {
    assertThat(seen).isInstanceOf(TokenStoreException.class);
    FaultsTest.assertNoCanary(seen);
    if (seen.getCause() instanceof SQLException sql) {
      assertThat(String.valueOf(sql.getSQLState())).doesNotContain("CANARY");
      assertThat(sql.getNextException() == null).isTrue();
    }
  }
}
