package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** A master, a replica and a Sentinel, in a container of their own. */
@SuppressWarnings("NullAway.Init") // the container is started before the first test
class SentinelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static GenericContainer<?> servers;
  private static RedisClient client;
  private static int master;
  private static int replica;
  private static int sentinel;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Engine.answers(), "the embedded server has no Sentinel among its files");
    master = FreePorts.one();
    replica = FreePorts.one();
    sentinel = FreePorts.one();
    String server = "redis-server --bind 0.0.0.0 --protected-mode no --save '' --port ";
    servers =
        new GenericContainer<>(Servers.REDIS_IMAGE)
            .withCommand(
                "sh",
                "-c",
                server
                    + master
                    + " --replica-announce-ip 127.0.0.1 & "
                    + server
                    + replica
                    + " --replica-announce-ip 127.0.0.1 --replicaof 127.0.0.1 "
                    + master
                    + " & printf '"
                    + "port "
                    + sentinel
                    + "\\nbind 0.0.0.0\\nprotected-mode no\\nsentinel announce-ip 127.0.0.1"
                    + "\\nsentinel monitor wx 127.0.0.1 "
                    + master
                    + " 1\\nsentinel down-after-milliseconds wx 2000"
                    + "\\nsentinel failover-timeout wx 10000\\n' > /tmp/sentinel.conf"
                    + "; redis-server /tmp/sentinel.conf --sentinel")
            .withExposedPorts(master, replica, sentinel)
            .waitingFor(Wait.forListeningPorts(master, replica, sentinel));
    servers.setPortBindings(
        List.of(master + ":" + master, replica + ":" + replica, sentinel + ":" + sentinel));
    Runtime.getRuntime().addShutdownHook(new Thread(servers::stop, "stop-sentinel"));
    servers.start();
    client = RedisClient.create();
  }

  @AfterAll
  static void stop() {
    if (servers != null) {
      servers.stop();
      client.shutdown();
    }
  }

  @Test
  void theStoreUsesTheMasterAndFollowsItInAFailover() {
    RedisURI uri = RedisURI.Builder.sentinel("127.0.0.1", sentinel, "wx").build();
    OAuthToken token = Tokens.token("oA");
    try (TokenStore store =
            TokenStores.open("redis-sentinel://127.0.0.1:" + sentinel + "?sentinelMasterId=wx");
        StatefulRedisSentinelConnection<String, String> raw = client.connectSentinel(uri)) {
      Outages.await(PATIENCE, () -> assertThat(raw.sync().replicas("wx")).hasSize(1));
      store.saveToken("oA", token);
      Outages.await(PATIENCE, () -> assertThat(get(replica)).isEqualTo(token.toJson()));

      Outages.await(PATIENCE, () -> raw.sync().failover("wx"));
      Outages.await(
          PATIENCE,
          () -> {
            store.saveToken("oB", Tokens.token("oB"));
            assertThat(role(replica)).isEqualTo("master");
            assertThat(role(master)).isEqualTo("slave");
          });

      Outages.await(PATIENCE, () -> store.saveToken("oC", Tokens.token("oC")));
      assertThat(store.getToken("oA")).contains(token);
      assertThat(store.getToken("oC")).contains(Tokens.token("oC"));
      assertThat(role(replica)).isEqualTo("master");
    }
  }

  private static String get(int port) {
    try (StatefulRedisConnection<String, String> raw = connect(port)) {
      return String.valueOf(raw.sync().get("wxtoken:oA"));
    }
  }

  private static String role(int port) {
    try (StatefulRedisConnection<String, String> raw = connect(port)) {
      return Servers.field(raw.sync().info("replication"), "role");
    }
  }

  private static StatefulRedisConnection<String, String> connect(int port) {
    return client.connect(RedisURI.create("127.0.0.1", port));
  }
}
