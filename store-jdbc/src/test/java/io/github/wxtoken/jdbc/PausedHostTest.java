package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testcontainers.containers.GenericContainer;

/** A server that is paused for long, with many pools behind one address: no host is blocked. */
@Tag("long")
@Timeout(240)
class PausedHostTest {
  private static final int POOLS = 10;
  private static final long PAUSE_MILLIS = 60_000;

  @ParameterizedTest
  @CsvSource({
    "mysql, mysql:9.7, MYSQL_ROOT_PASSWORD",
    "mariadb, mariadb:11.8, MARIADB_ROOT_PASSWORD"
  })
  void tenPoolsAreBackWithinSecondsAfterAMinute(String role, String image, String password)
      throws Exception {
    assumeTrue(Engine.answers(), "only a container can be paused");
    try (GenericContainer<?> server =
        new GenericContainer<>(image)
            .withEnv(password, "root")
            .withExposedPorts(3306)
            .waitingFor(new AnswersQueries(role))) {
      server.start();
      String url = Servers.containerUrl(role, server.getHost(), server.getMappedPort(3306));
      Servers.execute(url, "CREATE DATABASE paused");
      pause(role, server, Servers.withDatabase(url, "paused") + "&wxtoken.createSchema=true");
    }
  }

  private static void pause(String role, GenericContainer<?> server, String url) {
    List<TokenStore> stores = new ArrayList<>();
    try {
      for (int i = 0; i < POOLS; i++) {
        stores.add(TokenStores.open(url));
      }
      server.getDockerClient().pauseContainerCmd(server.getContainerId()).exec();
      long paused = System.nanoTime();
      Map<TokenStore, Long> back = new ConcurrentHashMap<>();
      List<Thread> callers = stores.stream().map(store -> caller(store, paused, back)).toList();
      ReconnectContract.await(
          () -> ReconnectContract.since(paused) > PAUSE_MILLIS, PAUSE_MILLIS + 30_000);
      server.getDockerClient().unpauseContainerCmd(server.getContainerId()).exec();
      long resumed = System.nanoTime();
      ReconnectContract.await(
          () -> back.size() == POOLS || callers.stream().noneMatch(Thread::isAlive));

      long last =
          back.values().stream().mapToLong(nanos -> (nanos - resumed) / 1_000_000).max().orElse(-1);
      long first =
          back.values().stream().mapToLong(nanos -> (nanos - resumed) / 1_000_000).min().orElse(-1);
      System.out.printf(
          Locale.ROOT,
          "RESULT PausedHostTest: %s paused for 60 s, %d pools: first success after %d ms, of all"
              + " pools after %d ms%n",
          role,
          POOLS,
          first,
          last);
      assertThat(back).hasSize(POOLS);
      assertThat(last).isLessThan(10_000);
    } finally {
      stores.forEach(TokenStore::close);
    }
  }

  /** Saves until a save that began after most of the pause succeeds. */
  private static Thread caller(TokenStore store, long paused, Map<TokenStore, Long> back) {
    Thread thread =
        new Thread(
            () -> {
              while (ReconnectContract.since(paused) < 120_000) {
                if (ReconnectContract.succeeds(() -> store.saveToken("oA", Tokens.token("oA")))
                    && ReconnectContract.since(paused) > PAUSE_MILLIS - 5_000) {
                  back.put(store, System.nanoTime());
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
