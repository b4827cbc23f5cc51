package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interrupted caller gets a clear exception, stays interrupted, and does not affect others. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class InterruptTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "interrupt:";
  private static final OAuthToken TOKEN = Tokens.token("oA");

  private TcpProxy network;
  private TokenStore store;

  private enum Call {
    GET {
      @Override
      void run(TokenStore store) {
        store.getToken("oA");
      }
    },
    SAVE {
      @Override
      void run(TokenStore store) {
        store.saveToken("oB", Tokens.token("oB"));
      }
    },
    SAVE_IF_ABSENT {
      @Override
      void run(TokenStore store) {
        store.saveTokenIfAbsent("oB", Tokens.token("oB"));
      }
    },
    REPLACE {
      @Override
      void run(TokenStore store) {
        store.replaceToken("oA", TOKEN, TOKEN);
      }
    },
    DELETE {
      @Override
      void run(TokenStore store) {
        store.deleteToken("oB");
      }
    },
    SCAN {
      @Override
      void run(TokenStore store) {
        try (Stream<OAuthToken> tokens = store.tokens()) {
          tokens.forEach(token -> {});
        }
      }
    },
    LEASE {
      @Override
      void run(TokenStore store) {
        store.tryLease("refresh:oB", Duration.ofMinutes(1));
      }
    };

    abstract void run(TokenStore store);
  }

  @BeforeEach
  void open() throws IOException {
    Servers.clear(SERVER.url(), PREFIX);
    network = Servers.proxy(SERVER.url());
    store = TokenStores.open(Servers.withPrefix(Servers.url(network), PREFIX));
    store.saveToken("oA", TOKEN);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    network.close();
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void aCallerThatIsInterruptedAlreadyIsToldSo(Call call) {
    Thread.currentThread().interrupt();
    Throwable thrown = catchThrowable(() -> call.run(store));

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(": the calling thread was interrupted");
    call.run(store);
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void aCallerThatIsInterruptedWhileItWaitsIsToldSo(Call call) throws Exception {
    network.swallow();
    CompletableFuture<Throwable> result = new CompletableFuture<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              Throwable thrown = catchThrowable(() -> call.run(store));
              flag.set(Thread.currentThread().isInterrupted());
              result.complete(thrown);
            },
            "caller");
    caller.start();
    Outages.await(
        Duration.ofSeconds(10),
        () -> assertThat(caller.getState()).isEqualTo(Thread.State.TIMED_WAITING));

    caller.interrupt();

    assertThat(result.get())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(": the calling thread was interrupted");
    assertThat(flag).isTrue();
  }

  @Test
  void othersAreNotDisturbedByCallersThatAreInterrupted() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread disturber =
        new Thread(
            () -> {
              while (!done.get()) {
                for (Call call : Call.values()) {
                  Thread.currentThread().interrupt();
                  Throwable expected = catchThrowable(() -> call.run(store));
                  assertThat(expected).isNotNull();
                }
              }
            },
            "disturber");
    disturber.start();
    try {
      for (int i = 0; i < 300; i++) {
        assertThat(store.getToken("oA")).contains(TOKEN);
      }
    } finally {
      done.set(true);
      disturber.join();
    }

    assertThat(network.accepted()).as("connections").isEqualTo(1);
  }

  @Test
  void openingIsRefusedToAThreadThatIsInterrupted() {
    Thread.currentThread().interrupt();
    Throwable thrown = catchThrowable(() -> TokenStores.open(Servers.url(network)));

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(": the calling thread was interrupted");
  }
}
