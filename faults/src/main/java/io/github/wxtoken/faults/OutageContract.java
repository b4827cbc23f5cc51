package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.containers.GenericContainer;

/**
 * The guarantees of a store while its server is paused, killed or restarted under load: every call
 * returns or fails within its deadline, acknowledged writes are present afterwards, and the store
 * recovers by itself.
 *
 * <p>A store's test names a container that the suite may kill, on a port that stays the same after
 * a restart. Without a container engine the suite is skipped.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("faults")
public abstract class OutageContract {
  /**
   * Enough threads to queue for connections: a driver that lets them wait one after the other adds
   * up its timeouts.
   */
  private static final int THREADS = 10;

  /** How long a server is paused: longer than any deadline, as a stalled disk may be. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Duration RECOVERY = Duration.ofSeconds(5);

  /** The delay that a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private GenericContainer<?> server;
  private int port;
  private String url;

  /** For subclasses. */
  @SuppressWarnings("NullAway.Init") // JUnit sets it before the first test.
  protected OutageContract() {}

  /**
   * Creates the container, which the suite starts and stops.
   *
   * @param port a free port of the host for its server
   * @return the container, whose server keeps acknowledged writes after a kill
   */
  protected abstract GenericContainer<?> container(int port);

  /**
   * Returns the store's URL; called once, when the container has started.
   *
   * @param port the port of the host
   * @return the URL of an empty store
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl(int port) throws Exception;

  /**
   * Opens a connection to the server without the store, and closes it.
   *
   * @param port the port of the host
   * @throws Exception if the server refuses it; within a few seconds
   */
  protected abstract void connect(int port) throws Exception;

  /**
   * Returns the timeout of the store's operations.
   *
   * @return 3 seconds, unless overridden
   */
  protected Duration timeout() {
    return Duration.ofSeconds(3);
  }

  @BeforeAll
  void startAServerThatMayBeKilled() throws Exception {
    assumeTrue(Engine.answers(), "only a container can be paused and killed");
    port = FreePorts.one();
    server = container(port);
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop-outage"));
    server.start();
    url = storeUrl(port);
  }

  @AfterAll
  void stopTheServer() {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void aServerThatIsPausedLosesNothingAndEveryCallEndsInTime(TestInfo test) {
    underLoad(
        test,
        load -> {
          docker().pauseContainerCmd(server.getContainerId()).exec();
          long paused = System.nanoTime();
          await(() -> System.nanoTime() - paused > PAUSE.toNanos() && load.failuresOfEach() > 0);
          assertThatThrownBy(load::ping).isInstanceOf(TokenStoreException.class);
          docker().unpauseContainerCmd(server.getContainerId()).exec();
        });
  }

  @Test
  void aServerThatIsKilledLosesNothingAndEveryCallEndsInTime(TestInfo test) {
    underLoad(
        test,
        load -> {
          docker().killContainerCmd(server.getContainerId()).exec();
          await(() -> load.failuresOfEach() > 0);
          docker().startContainerCmd(server.getContainerId()).exec();
        });
  }

  @Test
  void aServerThatIsRestartedLosesNothingAndEveryCallEndsInTime(TestInfo test) {
    underLoad(test, load -> docker().restartContainerCmd(server.getContainerId()).exec());
  }

  private interface Outage {
    void run(OutageLoad load);
  }

  private void underLoad(TestInfo test, Outage outage) {
    String name = test.getTestMethod().orElseThrow().getName().substring(0, 20);
    try (TokenStore store = TokenStores.open(url)) {
      OutageLoad load = new OutageLoad(store, name, THREADS);
      try (load) {
        await(() -> load.roundsOfEach() > 20 || !load.wrong().isEmpty());
        outage.run(load);
        assertRecovers(load);
        long rounds = load.roundsOfEach();
        await(() -> load.roundsOfEach() > rounds + 20 || !load.wrong().isEmpty());
      }
      assertThat(load.wrong()).isEmpty();
      assertThat(load.longest()).isLessThan(timeout().plus(SLACK));
      assertThat(load.missing()).isEmpty();
    }
  }

  /** Asserts a success within 5 seconds after the server accepts connections. */
  private void assertRecovers(OutageLoad load) {
    await(
        () -> {
          try {
            connect(port);
            return true;
          } catch (Exception e) {
            return false;
          }
        });
    long accepting = System.nanoTime();
    await(() -> load.lastSuccess() > accepting || !load.wrong().isEmpty());
    assertThat(Duration.ofNanos(load.lastSuccess() - accepting)).isLessThan(RECOVERY);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting after %s", PATIENCE).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private DockerClient docker() {
    return server.getDockerClient();
  }
}
