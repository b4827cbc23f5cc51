package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** A server that stops answering, dies, and comes back: on a container of its own. */
@SuppressWarnings("NullAway.Init") // the container is started before the first test
class OutageTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** What a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static GenericContainer<?> server;
  private static String url = "";

  @BeforeAll
  static void startAServerThatMayBeKilled() throws Exception {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "only a container can be paused and killed");
    int port = freePort();
    server =
        new GenericContainer<>("mysql:9.7")
            .withEnv("MYSQL_ROOT_PASSWORD", "root")
            .withExposedPorts(3306)
            .waitingFor(new AnswersQueries("mysql"));
    // A port that stays the same over a restart.
    server.setPortBindings(List.of(port + ":3306"));
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop-outage"));
    server.start();
    url = Servers.containerUrl("mysql", server.getHost(), port);
    Servers.execute(url, "CREATE DATABASE outage");
    url = Servers.withDatabase(url, "outage");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static TokenStore open() {
    return TokenStores.open(
        url
            + "&wxtoken.createSchema=true&wxtoken.poolSize=3&wxtoken.timeout="
            + TIMEOUT.toMillis());
  }

  private static DockerClient docker() {
    return server.getDockerClient();
  }

  @Test
  void whileTheServerIsPausedCallsEndWithinTheirDeadlineAndGoOnAfterwards() {
    try (TokenStore store = open()) {
      store.saveToken("oA", Tokens.token("oA"));
      docker().pauseContainerCmd(server.getContainerId()).exec();
      try {
        for (int i = 0; i < 4; i++) {
          assertFailsInTime(() -> store.getToken("oA"));
          assertFailsInTime(() -> store.saveToken("oA", Tokens.renewed(Tokens.token("oA"))));
        }
      } finally {
        docker().unpauseContainerCmd(server.getContainerId()).exec();
      }
      assertRecovers(store);
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesAKilledServerAndTheStoreRecoversByItself() {
    try (TokenStore store = open()) {
      for (int i = 0; i < 50; i++) {
        store.saveToken("oKept" + i, Tokens.token("oKept" + i));
      }
      docker().killContainerCmd(server.getContainerId()).exec();
      assertFailsInTime(() -> store.getToken("oKept0"));
      assertFailsInTime(() -> store.saveToken("oKept0", Tokens.token("oKept0")));

      docker().startContainerCmd(server.getContainerId()).exec();
      assertRecovers(store);

      for (int i = 0; i < 50; i++) {
        assertThat(store.getToken("oKept" + i)).contains(Tokens.token("oKept" + i));
      }
    }
  }

  @Test
  void aRestartOfTheServerIsSurvivedWithoutOneOfOurs() {
    try (TokenStore store = open()) {
      store.saveToken("oB", Tokens.token("oB"));

      docker().restartContainerCmd(server.getContainerId()).exec();

      assertRecovers(store);
      assertThat(store.getToken("oB")).contains(Tokens.token("oB"));
    }
  }

  private static void assertFailsInTime(Runnable call) {
    long start = System.nanoTime();
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call::run);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    assertThat(took).isLessThan(TIMEOUT.plus(SLACK));
  }

  /** From the moment that the server lets anyone in. */
  private static void assertRecovers(TokenStore store) {
    await(Duration.ofSeconds(60), () -> Servers.connect(url + "&connectTimeout=1000").close());
    await(Duration.ofSeconds(5), () -> store.saveToken("oBack", Tokens.token("oBack")));
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void await(Duration patience, Attempt attempt) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        attempt.run();
        return;
      } catch (Exception e) {
        assertThat(System.nanoTime()).as("still failing after %s: %s", patience, e).isLessThan(end);
        LockSupport.parkNanos(50_000_000);
      }
    }
  }
}
