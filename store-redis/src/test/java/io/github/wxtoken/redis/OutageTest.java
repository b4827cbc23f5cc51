package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

/** A server that stops answering, dies, and comes back: on a container of its own. */
@SuppressWarnings("NullAway.Init") // the container is started before the first test
class OutageTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int TOKENS = 50;

  private static GenericContainer<?> server;
  private static String url = "";
  private static RedisClient client;

  @BeforeAll
  static void startAServerThatMayBeKilled() throws Exception {
    assumeTrue(Engine.answers(), "only a container can be paused and killed");
    int port = FreePorts.one();
    server =
        new GenericContainer<>(Servers.REDIS_IMAGE)
            .withCommand("redis-server", "--appendonly", "yes", "--appendfsync", "always")
            .withExposedPorts(6379);
    // A port that stays the same after a restart.
    server.setPortBindings(List.of(port + ":6379"));
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop-outage"));
    server.start();
    url = "redis://127.0.0.1:" + port;
    client = RedisClient.create(url);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop();
      client.shutdown();
    }
  }

  private static TokenStore open() {
    return TokenStores.open(url);
  }

  private static DockerClient docker() {
    return server.getDockerClient();
  }

  @Test
  void whileTheServerIsPausedCallsEndInTimeAndAfterwardsAnswersBelongToTheirQuestions() {
    try (TokenStore store = open()) {
      saveAll(store);
      docker().pauseContainerCmd(server.getContainerId()).exec();
      try {
        for (int i = 0; i < 3; i++) {
          String openid = "o" + i;
          Outages.assertFailsInTime(TIMEOUT, () -> store.getToken(openid));
          Outages.assertFailsInTime(TIMEOUT, () -> store.saveToken("oLate", Tokens.token("oLate")));
        }
      } finally {
        docker().unpauseContainerCmd(server.getContainerId()).exec();
      }
      assertRecovers(store);
      assertAllThere(store);
    }
  }

  @Test
  void aKilledServerIsFoundAgainAndWhatWasRefusedMeanwhileDidNotComeToPass() {
    try (TokenStore store = open()) {
      saveAll(store);
      docker().killContainerCmd(server.getContainerId()).exec();
      Outages.assertFailsInTime(TIMEOUT, () -> store.getToken("o0"));
      Outages.assertFailsInTime(
          TIMEOUT, () -> store.saveToken("oRefused", Tokens.token("oRefused")));

      docker().startContainerCmd(server.getContainerId()).exec();
      assertRecovers(store);

      assertAllThere(store);
      assertThat(store.getToken("oRefused")).isEmpty();
    }
  }

  @Test
  void aRestartOfTheServerIsSurvivedWithoutOneOfOurs() {
    try (TokenStore store = open()) {
      saveAll(store);

      docker().restartContainerCmd(server.getContainerId()).exec();

      assertRecovers(store);
      assertAllThere(store);
    }
  }

  @Test
  void aServerThatBecameAReplicaIsLeft() {
    try (TokenStore store = open();
        StatefulRedisConnection<String, String> raw = raw()) {
      raw.sync().replicaof("127.0.0.1", 1);
      try {
        long before = connections(raw);
        assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
            .isInstanceOf(TokenStoreException.class)
            .hasMessageContaining("the server is a replica, which takes no writes");
        Outages.await(
            Duration.ofSeconds(30), () -> assertThat(connections(raw)).isGreaterThan(before));
      } finally {
        raw.sync().replicaofNoOne();
      }
      assertRecovers(store);
    }
  }

  /** How many were ever made. */
  private static long connections(StatefulRedisConnection<String, String> raw) {
    return Long.parseLong(Servers.field(raw.sync().info("stats"), "total_connections_received"));
  }

  private static StatefulRedisConnection<String, String> raw() {
    return client.connect();
  }

  private static void saveAll(TokenStore store) {
    for (int i = 0; i < TOKENS; i++) {
      OAuthToken token = Tokens.token("o" + i);
      // The server waits for its disk at each save, which on a busy machine may take a second.
      Outages.await(Duration.ofSeconds(30), () -> store.saveToken(token.openid(), token));
    }
  }

  private static void assertAllThere(TokenStore store) {
    for (int i = 0; i < TOKENS; i++) {
      assertThat(store.getToken("o" + i)).contains(Tokens.token("o" + i));
    }
  }

  /** From the moment that the server lets anyone in. */
  private static void assertRecovers(TokenStore store) {
    Outages.await(Duration.ofSeconds(60), () -> raw().close());
    Outages.await(Duration.ofSeconds(5), () -> store.saveToken("oBack", Tokens.token("oBack")));
  }
}
