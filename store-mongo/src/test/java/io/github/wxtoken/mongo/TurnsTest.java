package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads on few connections. */
class TurnsTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final int THREADS = 20;
  private static final int READS = 40;

  @Test
  void threadsTakeTurnsAndNoneIsFarBehindWhenTheFirstIsDone() throws Exception {
    String url = Servers.database(SERVER, "turns");
    AtomicIntegerArray done = new AtomicIntegerArray(THREADS);
    CyclicBarrier start = new CyclicBarrier(THREADS);
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try (TokenStore store =
        TokenStores.open(
            url + "&wxtoken.createSchema=true&wxtoken.poolSize=1&wxtoken.timeout=60000")) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        calls.add(
            () -> {
              start.await();
              for (int read = 0; read < READS; read++) {
                assertThat(store.getToken("oA")).isEmpty();
                done.incrementAndGet(thread);
              }
              return least(done);
            });
      }
      int leastWhenTheFirstWasDone = READS;
      for (Future<Integer> call : executor.invokeAll(calls)) {
        leastWhenTheFirstWasDone = Math.min(leastWhenTheFirstWasDone, call.get());
      }
      assertThat(leastWhenTheFirstWasDone).isGreaterThan(READS / 2);
    } finally {
      executor.shutdownNow();
    }
  }

  private static int least(AtomicIntegerArray counts) {
    int least = READS;
    for (int i = 0; i < THREADS; i++) {
      least = Math.min(least, counts.get(i));
    }
    return least;
  }
}
