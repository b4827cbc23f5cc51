package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing is prompt and leaves neither a thread nor a warning, whatever the server does. */
@Isolated("it captures what Lettuce logs")
class ClosingTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  /** Enough for a busy machine; waiting for the outage would take three seconds. */
  private static final Duration PROMPT = Duration.ofMillis(2_500);

  private enum Outage {
    NONE,
    SILENT,
    HUNG_UP,
    GONE,
    GONE_FOR_A_WHILE;

    void begin(TcpProxy network, TokenStore store) throws IOException {
      switch (this) {
        case NONE -> {}
        case SILENT -> network.swallow();
        case HUNG_UP -> network.hangUp();
        case GONE -> network.close();
        case GONE_FOR_A_WHILE -> {
          network.close();
          // Lettuce tries to connect meanwhile.
          assertThat(catchThrowable(() -> store.getToken("oA")))
              .isInstanceOf(TokenStoreException.class);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Outage.class)
  void closingIsPromptAndLeavesNothing(Outage outage) throws Exception {
    ThreadGroup group = new ThreadGroup("closing-" + outage);
    try (LogRecorder log = warnings();
        TcpProxy network = Servers.proxy(SERVER.url())) {
      Duration took =
          in(
              group,
              () -> {
                TokenStore store =
                    TokenStores.open(Servers.url(network) + "?wxtoken.prefix=closing:");
                store.getToken("oA");
                outage.begin(network, store);
                long start = System.nanoTime();
                store.close();
                store.close();
                return Duration.ofNanos(System.nanoTime() - start);
              });

      assertThat(took).isLessThan(PROMPT);
      assertNothingLeft(group);
      // Lettuce may warn of an outage.
      assertThat(log.texts()).allMatch(line -> line.startsWith("Cannot reconnect to "));
    }
  }

  @Test
  void closingAStoreOnAClusterIsPromptAndLeavesNothing() throws Exception {
    ThreadGroup group = new ThreadGroup("closing-cluster");
    try (LogRecorder log = warnings()) {
      Duration took =
          in(
              group,
              () -> {
                TokenStore store = TokenStores.open(Servers.withPrefix(CLUSTER.url(), "closing:"));
                store.tokens().forEach(token -> {});
                long start = System.nanoTime();
                store.close();
                return Duration.ofNanos(System.nanoTime() - start);
              });

      assertThat(took).isLessThan(PROMPT);
      assertNothingLeft(group);
      assertThat(log.texts()).isEmpty();
    }
  }

  @Test
  void aStoreThatCannotBeOpenedLeavesNothing() throws Exception {
    ThreadGroup group = new ThreadGroup("closing-refused");
    List<String> urls =
        List.of(
            "redis://127.0.0.1:" + FreePorts.one(),
            "redis-cluster://127.0.0.1:" + FreePorts.one(),
            SERVER.url() + "/99",
            SERVER.url().replace("//", "//nobody:pw@"));

    in(
        group,
        () -> {
          for (String url : urls) {
            assertThat(catchThrowable(() -> TokenStores.open(url)))
                .isInstanceOf(TokenStoreException.class);
          }
          return Duration.ZERO;
        });

    assertNothingLeft(group);
  }

  @Test
  void anInterruptedThreadClosesAllTheSame() throws Exception {
    ThreadGroup group = new ThreadGroup("closing-interrupted");

    in(
        group,
        () -> {
          TokenStore store = TokenStores.open(SERVER.url() + "?wxtoken.prefix=closing:");
          Thread.currentThread().interrupt();
          store.close();
          assertThat(Thread.interrupted()).isTrue();
          return Duration.ZERO;
        });

    assertNothingLeft(group);
  }

  @Test
  void theApplicationMayShutItsClientDownFirst() {
    RedisClient client = RedisClient.create(SERVER.url());
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    RedisClusterClient cluster = Servers.clusterClient(CLUSTER.url());
    cluster.setOptions(
        ClusterClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    TokenStore one = RedisTokenStore.builder(client).prefix("closing:").build();
    TokenStore many = RedisTokenStore.builder(cluster).prefix("closing:").build();
    client.shutdown();
    cluster.shutdown();
    try (LogRecorder log = warnings()) {
      assertThat(catchThrowable(() -> one.getToken("oA"))).isInstanceOf(TokenStoreException.class);
      assertThat(catchThrowable(() -> many.getToken("oA"))).isInstanceOf(TokenStoreException.class);
      one.close();
      many.close();

      assertThat(log.texts()).isEmpty();
    }
  }

  @Test
  void theApplicationsClientIsNotClosedDuringAnOutageEither() throws Exception {
    try (TcpProxy network = Servers.proxy(SERVER.url())) {
      RedisClient client = RedisClient.create(Servers.url(network));
      client.setOptions(
          ClientOptions.builder()
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .build());
      try {
        TokenStore store = RedisTokenStore.builder(client).prefix("closing:").build();
        network.swallow();
        long start = System.nanoTime();
        store.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
        network.letNewOnesThrough();

        assertThat(client.connect().sync().ping()).isEqualTo("PONG");
      } finally {
        client.shutdown();
      }
    }
  }

  private static LogRecorder warnings() {
    return new LogRecorder(Map.of("io.lettuce", Level.WARN, "io.netty", Level.WARN));
  }

  private interface Task {
    Duration run() throws Exception;
  }

  /** Runs a task whose threads can be told from those of others. */
  private static Duration in(ThreadGroup group, Task task) throws Exception {
    FutureTask<Duration> result = new FutureTask<>(task::run);
    new Thread(group, result, "closer").start();
    return result.get();
  }

  private static void assertNothingLeft(ThreadGroup group) {
    Outages.await(Duration.ofSeconds(10), () -> assertThat(threads(group)).isEmpty());
  }

  private static List<String> threads(ThreadGroup group) {
    Thread[] threads = new Thread[100];
    int count = group.enumerate(threads);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(threads[i].getName());
    }
    return names;
  }
}
