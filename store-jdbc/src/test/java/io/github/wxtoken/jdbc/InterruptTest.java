package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A caller that is interrupted gets an answer or an exception of ours, and stays interrupted. */
class InterruptTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;

  private static final int CALLS = 60;

  @TempDir Path directory;

  @Test
  void inSqliteAnInterruptBreaksNothing() throws Exception {
    try (TokenStore store =
        TokenStores.open(
            "jdbc:sqlite:"
                + directory.resolve("tokens.db")
                + "?wxtoken.createSchema=true&wxtoken.poolSize=2&wxtoken.timeout=20000")) {
      interrupt(store);
    }
  }

  @Test
  void inMysqlAnInterruptBreaksNothing() throws Exception {
    String url = Servers.database(MYSQL, "interrupt");
    try (TokenStore store =
        TokenStores.open(
            url + "&wxtoken.createSchema=true&wxtoken.poolSize=2&wxtoken.timeout=20000")) {
      interrupt(store);
    }
  }

  @Test
  void onAPoolOfTheUsersAnInterruptBreaksNothing() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(Servers.database(MYSQL, "interrupt_users"));
    config.setMaximumPoolSize(2);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      interrupt(
          JdbcTokenStore.builder(pool).createSchema(true).timeout(Duration.ofSeconds(20)).build());
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  /** Four callers share two connections, and each is interrupted now and then. */
  private static void interrupt(TokenStore store) throws Exception {
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicBoolean end = new AtomicBoolean();
    Thread[] callers = new Thread[4];
    for (int i = 0; i < callers.length; i++) {
      String openid = "o" + i;
      callers[i] = new Thread(() -> call(store, openid, wrong));
      callers[i].start();
    }
    Thread interrupter =
        new Thread(
            () -> {
              while (!end.get()) {
                callers[ThreadLocalRandom.current().nextInt(callers.length)].interrupt();
                LockSupport.parkNanos(1_000_000);
              }
            });
    interrupter.start();
    for (Thread caller : callers) {
      caller.join();
    }
    end.set(true);
    interrupter.join();

    assertThat(wrong).isEmpty();
    // Each of its connections is good.
    for (int i = 0; i < 4; i++) {
      store.saveToken("o" + i, Tokens.token("o" + i));
      assertThat(store.getToken("o" + i)).contains(Tokens.token("o" + i));
    }
  }

  private static void call(TokenStore store, String openid, Queue<String> wrong) {
    for (int i = 0; i < CALLS; i++) {
      try {
        store.saveToken(openid, Tokens.token(openid));
        if (store.getToken(openid).isEmpty()) {
          wrong.add("not there");
        }
      } catch (TokenStoreException e) {
        if (!Thread.currentThread().isInterrupted()) {
          wrong.add("not interrupted any more: " + e.getMessage());
        }
      } catch (RuntimeException e) {
        wrong.add(e.toString());
      }
      // As an application that continues after the interrupt.
      boolean unused = Thread.interrupted();
    }
  }
}
