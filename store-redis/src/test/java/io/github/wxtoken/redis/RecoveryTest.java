package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

/** How soon a store works again once there is a server that takes writes. It prints the figures. */
class RecoveryTest {
  private static final int CLIENTS = 4;
  private static final int CALLERS = 8;

  /** On a machine that has other things to do, too. */
  private static final Duration SOON = Duration.ofSeconds(10);

  /**
   * A master becomes a replica of another server, and the address leads to that for new connections
   * only, at once or later.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 1_500})
  void aServerThatBecameAReplicaIsLeftForTheOneThatTheAddressLeadsTo(long millisToTheSwitch)
      throws Exception {
    String demoted = "redis://127.0.0.1:" + Servers.startEmbedded(FreePorts.one());
    String promoted = "redis://127.0.0.1:" + Servers.startEmbedded(FreePorts.one());
    RedisClusterCommands<String, String> raw = Servers.raw(demoted);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (TcpProxy network = Servers.proxy(demoted);
        TokenStore store = TokenStores.open(Servers.url(network))) {
      store.saveToken("oA", Tokens.token("oA"));
      Servers.raw(promoted).set("wxtoken:oOnlyThere", Tokens.token("oOnlyThere").toJson());
      CountDownLatch refused = new CountDownLatch(CALLERS);

      raw.replicaof("127.0.0.1", Integer.parseInt(promoted.replaceAll(".*:", "")));
      List<Future<Long>> firsts = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        String openid = "o" + i;
        firsts.add(callers.submit(() -> firstSuccess(store, openid, refused)));
      }
      assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
      LockSupport.parkNanos(millisToTheSwitch * 1_000_000);
      long switched = System.nanoTime();
      network.lead(Servers.address(promoted));
      Duration slowest = slowest(firsts, switched);

      assertThat(slowest).isLessThan(SOON);
      // Nobody who heard of the replica late breaks the new connection.
      for (int i = 0; i < 200; i++) {
        store.saveToken("oB", Tokens.token("oB"));
      }
      assertThat(store.getToken("oOnlyThere")).isPresent();
      print("a demoted server, switched " + millisToTheSwitch + " ms later", slowest);
    } finally {
      callers.shutdownNow();
      raw.replicaofNoOne();
    }
  }

  private static long firstSuccess(TokenStore store, String openid, CountDownLatch refused) {
    while (catchThrowable(() -> store.saveToken(openid, Tokens.token(openid))) != null) {
      refused.countDown();
      LockSupport.parkNanos(10_000_000);
    }
    return System.nanoTime();
  }

  @Test
  @Tag("long")
  void severalClientsAreServedSoonAfterAPauseOfAMinute() throws Exception {
    assumeTrue(Engine.answers(), "only a container can be paused");
    ExecutorService callers = Executors.newFixedThreadPool(2 * CLIENTS);
    List<TokenStore> stores = new ArrayList<>();
    try (GenericContainer<?> server =
        new GenericContainer<>(Servers.REDIS_IMAGE).withExposedPorts(6379)) {
      server.start();
      String url = "redis://127.0.0.1:" + server.getMappedPort(6379);
      for (int i = 0; i < CLIENTS; i++) {
        stores.add(TokenStores.open(url));
        stores.get(i).saveToken("oA", Tokens.token("oA"));
      }
      server.getDockerClient().pauseContainerCmd(server.getContainerId()).exec();
      // Half of the clients continue to ask meanwhile, the other half is idle.
      List<Future<Long>> busy = new ArrayList<>();
      for (TokenStore store : stores.subList(0, CLIENTS / 2)) {
        busy.add(callers.submit(() -> firstSuccess(store, "oB", new CountDownLatch(1))));
      }
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (System.nanoTime() < end) {
        assertThat(catchThrowable(() -> stores.get(0).getToken("oA")))
            .isInstanceOf(TokenStoreException.class);
      }
      server.getDockerClient().unpauseContainerCmd(server.getContainerId()).exec();
      long returned = System.nanoTime();
      List<Future<Long>> all = new ArrayList<>(busy);
      for (TokenStore store : stores) {
        all.add(callers.submit(() -> firstSuccess(store, "oC", new CountDownLatch(1))));
      }

      Duration slowest = slowest(all, returned);

      assertThat(slowest).isLessThan(SOON);
      print("a pause of 60 s, " + CLIENTS + " clients", slowest);
    } finally {
      callers.shutdownNow();
      stores.forEach(TokenStore::close);
    }
  }

  private static Duration slowest(List<Future<Long>> firsts, long since) throws Exception {
    long slowest = 0;
    for (Future<Long> first : firsts) {
      slowest = Math.max(slowest, first.get() - since);
    }
    return Duration.ofNanos(slowest);
  }

  private static void print(String what, Duration slowest) {
    System.out.printf(
        "Redis after %s: the last caller's first success came %.2f s after the return%n",
        what, slowest.toNanos() / 1e9);
  }
}
