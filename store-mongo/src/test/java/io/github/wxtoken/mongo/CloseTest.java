package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing a store, above all while its server does not answer. */
class CloseTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final Duration PROMPT = Duration.ofSeconds(3); // on a busy machine

  private static TokenStore open(int port, String database) {
    Servers.database(SERVER, database);
    return TokenStores.open(
        "mongodb://127.0.0.1:"
            + port
            + "/wx_alone_"
            + database
            + "?wxtoken.createSchema=true&wxtoken.timeout=5000");
  }

  @Test
  void duringAnOutageItIsPromptAndCallsFailAndNoThreadGoesOn() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try (TcpProxy address = new TcpProxy(Servers.address(SERVER.url()))) {
      TokenStore store = open(address.port(), "close");
      address.swallow();
      List<Future<Throwable>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(callers.submit(() -> catchThrowable(() -> store.getToken("oA"))));
      }
      LockSupport.parkNanos(200_000_000); // most of them are waiting for an answer

      long start = System.nanoTime();
      store.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
      // The driver does not take a connection from a call: that ends at its own deadline.
      for (Future<Throwable> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS))
            .isInstanceOf(TokenStoreException.class)
            .hasMessageContaining("closed");
      }
      assertNoThreads(address.port());
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void withoutAnOutageItIsPromptAndNoThreadGoesOn() throws IOException {
    try (TcpProxy address = new TcpProxy(Servers.address(SERVER.url()))) {
      for (int i = 0; i < 5; i++) {
        TokenStore store = open(address.port(), "close" + i);
        long start = System.nanoTime();
        store.close();
        store.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
      }
      assertNoThreads(address.port());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&connectTimeoutMS=500", "&serverSelectionTimeoutMS=60000"})
  void aStoreThatCouldNotBeOpenedLeavesNoThread(String options) throws IOException {
    try (TcpProxy address = new TcpProxy(Servers.address(SERVER.url()))) {
      address.swallow();
      String url = "mongodb://127.0.0.1:" + address.port() + "/x?wxtoken.timeout=500" + options;

      assertThat(catchThrowable(() -> TokenStores.open(url)))
          .isInstanceOf(TokenStoreException.class);
      assertNoThreads(address.port());
    }
  }

  /** The driver names its threads after the server. */
  private static void assertNoThreads(int port) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.endsWith(":" + port))
              .toList();
      if (left.isEmpty()) {
        return;
      }
      assertThat(System.nanoTime()).as("%s are still running", left).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
