package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Only types and stacks of foreign exceptions reach the caller, at any depth. */
class ForeignExceptionsTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  static Stream<Throwable> throwables() {
    RuntimeException suppressing = new IllegalStateException("CANARY-1", new Error("CANARY-2"));
    suppressing.addSuppressed(new RuntimeException("CANARY-3", new Exception("CANARY-4")));
    RuntimeException one = new RuntimeException("CANARY-1");
    RuntimeException two = new RuntimeException("CANARY-2", one);
    one.initCause(two);
    return Stream.of(
        new RuntimeException("CANARY-1"),
        new ExecutionException("CANARY-1", new Exception("CANARY-2", new Error("CANARY-3"))),
        new RedisConnectionException("CANARY-1", suppressing),
        new RedisCommandExecutionException("ERR unknown command, with args: 'CANARY-1'"),
        new RedisCommandExecutionException("CANARY-1", suppressing),
        suppressing,
        one);
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void aFailureHasTheTypesAndNoText(Throwable foreign) {
    RedisFailure failure = new RedisFailure(foreign);

    OpeningTest.assertNoCanary(failure);
    OpeningTest.assertNoCanary(new TokenStoreException(failure.describe(), failure));
    assertThat(failure).hasMessageStartingWith(foreign.getClass().getSimpleName());
    assertThat(failure.getCause()).hasMessage(foreign.getClass().getName());
  }

  @ParameterizedTest
  @CsvSource({
    "READONLY You can't write against a read only replica., READONLY",
    "READONLY You can't write against a read only replica. script: CANARY, READONLY",
    "'ERR Error running script (call to f_1): @user_script:2: @user_script: 2: -READONLY You',"
        + " READONLY",
    "'ERR Error running script (call to f_1): @user_script:2: @user_script: 2: -NOPERM this',"
        + " NOPERM",
    "'ERR Error running script (call to f_1): @user_script:1: CANARY', ERR",
    "ERR unknown command 'x' with args -READONLY, ERR",
    "no code at all, ERR"
  })
  void theCodeOfAnAnswerIsFoundInScriptsToo(String answer, String code) {
    RedisFailure failure = new RedisFailure(new RedisCommandExecutionException(answer));

    assertThat(failure.hasCode(code)).isTrue();
    OpeningTest.assertNoCanary(failure);
  }

  @Test
  void whatTheListenerOfTheApplicationsClientThrowsIsReduced() {
    AtomicReference<@Nullable RuntimeException> next = new AtomicReference<>();
    RedisClient client = client(RedisURI.create(SERVER.url()));
    client.addListener(
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent event) {
            RuntimeException thrown = next.get();
            if (thrown != null) {
              throw thrown;
            }
          }
        });
    try (TokenStore store = RedisTokenStore.builder(client).prefix("foreign:").build()) {
      for (Throwable foreign : throwables().toList()) {
        if (foreign instanceof RuntimeException thrown) {
          next.set(thrown);
          assertReduced(catchThrowable(() -> store.saveToken("oA", Tokens.token("oA"))));
        }
      }
      List<Runnable> others =
          List.of(
              () -> store.getToken("oA"),
              () -> store.deleteToken("oA"),
              () -> store.tokens().forEach(token -> {}),
              () -> store.tryLease("refresh:oA", Duration.ofSeconds(1)));
      for (Runnable call : others) {
        assertReduced(catchThrowable(call::run));
      }
      next.set(null);
      assertThat(store.getToken("oA")).isEmpty();
    } finally {
      client.shutdown();
    }
  }

  @Test
  void whatTheCredentialsProviderOfTheApplicationsClientThrowsIsReduced() {
    for (Throwable foreign : throwables().toList()) {
      RedisURI uri = RedisURI.create(SERVER.url());
      uri.setCredentialsProvider(() -> Mono.error(foreign));
      RedisClient client = client(uri);
      try {
        assertReduced(catchThrowable(() -> RedisTokenStore.builder(client).build()));
      } finally {
        client.shutdown();
      }
    }
  }

  @Test
  void aClientThatTheApplicationHasShutDownIsAFailureInWords() {
    RedisClient client = client(RedisURI.create(SERVER.url()));
    client.shutdown();

    assertReduced(catchThrowable(() -> RedisTokenStore.builder(client).build()));
  }

  private static RedisClient client(RedisURI uri) {
    RedisClient client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    return client;
  }

  private static void assertReduced(Throwable thrown) {
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    OpeningTest.assertNoCanary(thrown);
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      assertThat(e.getClass().getName()).startsWith("io.github.wxtoken");
      assertThat(e.getSuppressed()).allSatisfy(OpeningTest::assertNoCanary);
    }
  }
}
