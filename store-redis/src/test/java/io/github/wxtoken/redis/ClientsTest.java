package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which connections a store makes and closes. */
class ClientsTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  @Test
  void manyThreadsShareOneConnectionWhichCloseCloses() throws Exception {
    String url = SERVER.url() + "?clientName=clients-own&wxtoken.prefix=clients:";
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try (TokenStore store = TokenStores.open(url)) {
      CountDownLatch ready = new CountDownLatch(16);
      for (Future<?> caller :
          IntStream.range(0, 16)
              .mapToObj(
                  i ->
                      callers.submit(
                          () -> {
                            ready.countDown();
                            ready.await();
                            return store.getToken("o" + i);
                          }))
              .toList()) {
        caller.get();
      }

      assertThat(connections("clients-own")).isEqualTo(1);
    } finally {
      callers.shutdownNow();
    }
    Outages.await(Duration.ofSeconds(30), () -> assertThat(connections("clients-own")).isZero());
  }

  @Test
  void ofTheApplicationsClientOnlyTheConnectionOfTheStoreIsClosed() {
    RedisClient client = RedisClient.create(SERVER.url() + "?clientName=clients-users");
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    try (StatefulRedisConnection<String, String> users = client.connect()) {
      TokenStore store = RedisTokenStore.builder(client).prefix("clients:").build();
      assertThat(connections("clients-users")).isEqualTo(2);

      store.close();

      Outages.await(
          Duration.ofSeconds(30), () -> assertThat(connections("clients-users")).isEqualTo(1));
      assertThat(users.sync().ping()).isEqualTo("PONG");
    } finally {
      client.shutdown();
    }
  }

  @Test
  void aStoreThatCouldNotBeOpenedLeavesNoConnection() {
    assertThatThrownBy(
            () ->
                TokenStores.open(
                    SERVER.url() + "/99?clientName=clients-failed&wxtoken.prefix=clients:"))
        .isInstanceOf(io.github.wxtoken.store.TokenStoreException.class);

    Outages.await(Duration.ofSeconds(30), () -> assertThat(connections("clients-failed")).isZero());
  }

  @Test
  void aClientWithoutAUriIsRefused() {
    RedisClient client = RedisClient.create();
    try {
      assertThatThrownBy(() -> RedisTokenStore.builder(client).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("client must have been made with a RedisURI");
    } finally {
      client.shutdown();
    }
  }

  private static long connections(String name) {
    return Servers.raw(SERVER.url())
        .clientList()
        .lines()
        .filter(line -> line.contains(" name=" + name + " "))
        .count();
  }
}
