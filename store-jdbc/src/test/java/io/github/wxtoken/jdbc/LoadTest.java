package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads, few connections, and rows that others have locked. */
class LoadTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private String url = "";

  @BeforeEach
  void makeDatabase() throws Exception {
    url = Servers.database(SERVER, "load" + COUNT.incrementAndGet());
  }

  @Test
  void savesOnATableWithAnAutoIncrementKeyDeadlockAndNoCallerSeesIt() throws Exception {
    Servers.execute(
        url, Servers.readmeTable("id bigint AUTO_INCREMENT PRIMARY KEY, "), Servers.README_KEY);
    try (TokenStore store = TokenStores.open(url + "&wxtoken.poolSize=8&wxtoken.timeout=30000")) {
      inThreads(
          8,
          thread -> {
            for (int i = 0; i < 100; i++) {
              String openid = "o" + (thread + i) % 3;
              store.saveToken(openid, Tokens.token(openid));
            }
            return 0;
          });
    }

    assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("3");
  }

  @Test
  void manyThreadsShareFewConnectionsInTurn() throws Exception {
    try (TokenStore store =
        TokenStores.open(
            url + "&wxtoken.createSchema=true&wxtoken.poolSize=2&wxtoken.timeout=30000")) {
      store.saveToken("oA", Tokens.token("oA"));

      List<Integer> read =
          inThreads(
              100,
              thread -> {
                int found = 0;
                for (int i = 0; i < 20; i++) {
                  found += store.getToken("oA").isPresent() ? 1 : 0;
                }
                return found;
              });

      assertThat(read).containsOnly(20);
    }
  }

  @Test
  void aRowThatAnotherHasLockedEndsTheCallWithinItsDeadlineAndNothingIsWrittenLater()
      throws Exception {
    OAuthToken token = Tokens.token("oA");
    try (TokenStore store =
            TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=2");
        Connection other = Servers.connect(url);
        Statement lock = other.createStatement()) {
      store.saveToken("oA", token);
      other.setAutoCommit(false);
      lock.executeQuery("SELECT * FROM token WHERE openid = 'oA' FOR UPDATE").close();
      long start = System.nanoTime();

      assertThatThrownBy(() -> store.saveToken("oA", Tokens.renewed(token)))
          .isInstanceOf(TokenStoreException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      other.rollback();
      assertThat(store.getToken("oA")).contains(token);
      store.saveToken("oA", Tokens.renewed(token));
    }
  }

  @Test
  void whenAllConnectionsAreBusyOthersWaitNoLongerThanTheirDeadline() throws Exception {
    OAuthToken token = Tokens.token("oA");
    try (TokenStore store =
            TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1");
        Connection other = Servers.connect(url);
        Statement lock = other.createStatement()) {
      store.saveToken("oA", token);
      other.setAutoCommit(false);
      lock.executeQuery("SELECT * FROM token WHERE openid = 'oA' FOR UPDATE").close();
      AtomicInteger failed = new AtomicInteger();
      long start = System.nanoTime();

      inThreads(
          20,
          thread -> {
            try {
              store.saveToken("oA", Tokens.renewed(token));
            } catch (TokenStoreException e) {
              failed.incrementAndGet();
            }
            return 0;
          });

      assertThat(failed).hasValue(20);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
      other.rollback();
      store.saveToken("oA", Tokens.renewed(token));
    }
  }

  @Test
  void aScanPagesThroughMoreRowsThanFitAPage() throws SQLException {
    try (TokenStore store =
        TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1")) {
      Servers.execute(
          url,
          "INSERT INTO token(openid, access_token, expires_in, create_at)"
              + " SELECT CONCAT(IF(n % 2, 'o', 'O'), n), 'AT', 7200, 1 FROM (WITH RECURSIVE r(n) AS"
              + " (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n FROM r) AS t");

      try (var tokens = store.tokens()) {
        assertThat(tokens.map(OAuthToken::openid).distinct()).hasSize(1000);
      }
    }
  }

  private interface Work<T> {
    T run(int thread) throws Exception;
  }

  private static <T> List<T> inThreads(int threads, Work<T> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        calls.add(() -> work.run(thread));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : executor.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }
}
