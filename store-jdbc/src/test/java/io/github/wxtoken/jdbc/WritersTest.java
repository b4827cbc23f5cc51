package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hundred threads that write ten users' tokens: what MySQL answers with deadlocks. */
@Timeout(300)
@Isolated("it counts the server's deadlocks")
class WritersTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final int WRITERS = 100;
  private static final int KEYS = 10;

  /** The tables that wechat-oauth's users have, and ours. */
  enum Tables {
    README,
    AUTO_INCREMENT,
    OURS;

    String[] ddl() {
      return switch (this) {
        case README -> new String[] {Servers.readmeTable(""), Servers.README_KEY};
        case AUTO_INCREMENT ->
            new String[] {
              Servers.readmeTable("id bigint AUTO_INCREMENT PRIMARY KEY, "), Servers.README_KEY
            };
        case OURS -> new String[0];
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void noDeadlockReachesACaller(Tables schema) throws Exception {
    write(schema, Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void noDeadlockReachesACallerInAMinute(Tables schema) throws Exception {
    write(schema, Duration.ofMinutes(1));
  }

  private void write(Tables schema, Duration time) throws Exception {
    String url = Servers.database(SERVER, "writers_" + schema);
    Servers.execute(url, schema.ddl());
    long before = deadlocks(url);
    Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    AtomicLong writes = new AtomicLong();
    try (TokenStore store =
        TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.timeout=30000")) {
      long end = System.nanoTime() + time.toNanos();
      inThreads(
          () -> {
            while (System.nanoTime() - end < 0) {
              try {
                writeOne(store, "o" + ThreadLocalRandom.current().nextInt(KEYS));
                writes.incrementAndGet();
              } catch (RuntimeException e) {
                failures.add(e);
              }
            }
          });
      long deadlocks = deadlocks(url) - before;
      System.out.printf(
          "WritersTest: %s: %d writes, %d deadlocks, %d failures%n",
          schema, writes.get(), deadlocks, failures.size());

      assertThat(failures).isEmpty();
      if (schema == Tables.AUTO_INCREMENT && !Servers.isMariadb(url)) {
        assertThat(deadlocks).as("without one this shows nothing").isPositive();
      }
      try (Stream<OAuthToken> tokens = store.tokens()) {
        assertThat(tokens).hasSize(KEYS);
      }
    }
  }

  private static void writeOne(TokenStore store, String openid) {
    OAuthToken token = Tokens.token(openid);
    switch (ThreadLocalRandom.current().nextInt(4)) {
      case 0 -> store.saveToken(openid, Tokens.renewed(token));
      case 1 -> {
        boolean unused = store.replaceToken(openid, Tokens.renewed(token), token);
      }
      case 2 -> {
        boolean unused = store.saveTokenIfAbsent(openid, token);
      }
      default -> store.saveToken(openid, token);
    }
  }

  private static long deadlocks(String url) throws SQLException {
    return Servers.isMariadb(url)
        ? Long.parseLong(
            Servers.query(
                url,
                "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                    + " WHERE VARIABLE_NAME = 'Innodb_deadlocks'"))
        : Long.parseLong(
            Servers.query(
                url,
                "SELECT COUNT FROM information_schema.INNODB_METRICS"
                    + " WHERE NAME = 'lock_deadlocks'"));
  }

  private static void inThreads(Runnable work) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Thread thread = new Thread(work, "writer-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
