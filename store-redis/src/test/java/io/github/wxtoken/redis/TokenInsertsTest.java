package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several insertions of which some fail: which are sent again, and which are not. */
class TokenInsertsTest {
  private static final OAuthToken A = Tokens.token("oA");
  private static final OAuthToken B = Tokens.token("oB");
  private static final OAuthToken C = Tokens.token("oC");

  private final List<String> sent = new ArrayList<>();

  @Test
  void onlyThoseThatWereNotSentAreSentAgain() {
    Set<String> inserted =
        insert((openid, attempt) -> openid.equals("oB") && attempt <= 2 ? notSent() : null);

    assertThat(sent).containsExactly("oA", "oB", "oC", "oB", "oB");
    assertThat(inserted).containsExactlyInAnyOrder("oA", "oB", "oC");
  }

  @Test
  void whereOneHasAnUnknownOutcomeNoneIsSentAgain() {
    assertThatThrownBy(
            () ->
                insert(
                    (openid, attempt) ->
                        switch (openid) {
                          case "oA" -> notSent();
                          case "oB" -> new RedisException("Connection reset by peer");
                          default -> null;
                        }))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageStartingWith("cannot save the tokens of oA and 2 more: the connection to Redis");

    assertThat(sent).containsExactly("oA", "oB", "oC");
  }

  @Test
  void whereTheServerRefusesOneNoneIsSentAgain() {
    RedisCommandExecutionException full =
        new RedisCommandExecutionException(
            "OOM command not allowed when used memory > 'maxmemory'");

    assertThatThrownBy(() -> insert((openid, attempt) -> openid.equals("oC") ? full : notSent()))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("OOM");

    assertThat(sent).containsExactly("oA", "oB", "oC");
  }

  /** Lettuce rejects a command by an exception as well as by a failed answer. */
  @Test
  void aRejectionIsAFailureOfItsCommandAlone() {
    Set<String> inserted =
        insert(
            (openid, attempt) -> {
              if (openid.equals("oA") && attempt == 1) {
                throw notSent();
              }
              return null;
            });

    assertThat(sent).containsExactly("oA", "oB", "oC", "oA");
    assertThat(inserted).containsExactlyInAnyOrder("oA", "oB", "oC");
  }

  /**
   * Inserts three tokens.
   *
   * @param failures the failure of an attempt for an openid, the first of which is 1; null for one
   *     that the server answers
   */
  private Set<String> insert(BiFunction<String, Integer, @Nullable RuntimeException> failures) {
    RedisClusterAsyncCommands<byte[], byte[]> commands =
        implement(
            RedisClusterAsyncCommands.class,
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("set");
              String openid = new String((byte[]) arguments[0], StandardCharsets.US_ASCII);
              sent.add(openid);
              int attempt = (int) sent.stream().filter(openid::equals).count();
              RuntimeException failure = failures.apply(openid, attempt);
              return answer(
                  failure == null
                      ? CompletableFuture.completedFuture("OK")
                      : CompletableFuture.failedFuture(failure));
            });
    try (Redis redis =
        new Redis(timeout -> client(commands), "Redis at test", Duration.ofSeconds(3), 1_024)) {
      StoredTokens tokens = new StoredTokens(new Prefix(""), Duration.ofDays(180));
      return new TokenInserts(redis, tokens).insert(List.of(A, B, C));
    }
  }

  private static RedisException notSent() {
    return new RedisException("Currently not connected. Commands are rejected.");
  }

  private static RedisFuture<?> answer(CompletableFuture<String> future) {
    return implement(
        RedisFuture.class,
        (proxy, method, arguments) -> {
          assertThat(method.getName()).isEqualTo("toCompletableFuture");
          return future;
        });
  }

  private static Client client(RedisClusterAsyncCommands<byte[], byte[]> commands) {
    StatefulConnection<byte[], byte[]> unused =
        implement(
            StatefulConnection.class,
            (proxy, method, arguments) -> {
              throw new AssertionError(method.getName());
            });
    Connection connection =
        new Connection(
            unused, commands, () -> CompletableFuture.completedFuture(List.of()), () -> {});
    return new Client() {
      @Override
      public Connection connect() {
        return connection;
      }

      @Override
      public String place() {
        return "test";
      }

      @Override
      public @Nullable RedisFailure outage() {
        return null;
      }

      @Override
      public void close(Connection connection) {}
    };
  }

  @SuppressWarnings("unchecked") // The type arguments are the caller's.
  private static <T> T implement(Class<? super T> type, InvocationHandler handler) {
    return (T)
        Proxy.newProxyInstance(
            TokenInsertsTest.class.getClassLoader(), new Class<?>[] {type}, handler);
  }
}
