package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Inserts tokens whose keys have none: a SET for each, sent without waiting for one another. */
final class TokenInserts {
  /** Number of commands that are sent at once: at most 25 MB, if each token is of full length. */
  private static final int COMMANDS = 100;

  private final Redis redis;
  private final StoredTokens tokens;

  TokenInserts(Redis redis, StoredTokens tokens) {
    this.redis = redis;
    this.tokens = tokens;
  }

  /**
   * Inserts tokens that were checked.
   *
   * @return the openids of those that were inserted
   */
  Set<String> insert(List<OAuthToken> all) {
    List<Insert> inserts = all.stream().map(Insert::new).toList();
    for (int from = 0; from < inserts.size(); from += COMMANDS) {
      send(inserts.subList(from, Math.min(from + COMMANDS, inserts.size())));
    }
    return inserts.stream()
        .filter(Insert::isInserted)
        .map(insert -> insert.openid)
        .collect(Collectors.toSet());
  }

  /** One operation with a common deadline. A command that was not sent is sent again. */
  private void send(List<Insert> inserts) {
    String more = " and " + (inserts.size() - 1) + " more";
    Redis.Operation operation = redis.begin("save the tokens of ", inserts.get(0).openid + more);
    try {
      boolean unused = operation.write(inserts.size(), commands -> answers(inserts, commands));
    } catch (TokenStoreException e) {
      // A command that is still unsent must not be sent later.
      inserts.forEach(Insert::cancel);
      throw e;
    }
  }

  private static Future<Boolean> answers(
      List<Insert> inserts, RedisClusterAsyncCommands<byte[], byte[]> commands) {
    List<CompletableFuture<Optional<Throwable>>> failures =
        inserts.stream().map(insert -> insert.send(commands)).toList();
    return Connection.all(failures).thenApply(TokenInserts::requireAllAnswered);
  }

  /** Reports a failure after which nothing may be sent again, if there is one. */
  private static boolean requireAllAnswered(List<Optional<Throwable>> failures) {
    List<Throwable> reported = failures.stream().flatMap(Optional::stream).toList();
    Optional<Throwable> worst =
        reported.stream()
            .filter(failure -> !new RedisFailure(failure).isNotSent())
            .findFirst()
            .or(() -> reported.stream().findFirst());
    if (worst.isPresent()) {
      throw new CompletionException(worst.get());
    }
    return true;
  }

  /** The insertion of a token. */
  private final class Insert {
    private final String openid;
    private final byte[] key;
    private final byte[] value;
    private final SetArgs ifAbsent;
    private CompletableFuture<String> answer =
        CompletableFuture.failedFuture(new IllegalStateException("not sent"));

    Insert(OAuthToken token) {
      openid = token.openid();
      key = tokens.key(openid);
      value = StoredTokens.value(token);
      ifAbsent = SetArgs.Builder.px(tokens.millis(token)).nx();
    }

    /** Sends the command, unless it was answered, and returns its failure. */
    CompletableFuture<Optional<Throwable>> send(
        RedisClusterAsyncCommands<byte[], byte[]> commands) {
      if (answer.isCompletedExceptionally()) {
        answer = sent(commands);
      }
      return answer.handle((done, failure) -> Optional.ofNullable(failure));
    }

    private CompletableFuture<String> sent(RedisClusterAsyncCommands<byte[], byte[]> commands) {
      try {
        return commands.set(key, value, ifAbsent).toCompletableFuture();
      } catch (RuntimeException e) {
        // The commands before it may have been sent.
        return CompletableFuture.failedFuture(e);
      }
    }

    /** Tells whether the key had no token before. Call it when the command was answered. */
    boolean isInserted() {
      return answer.join() != null;
    }

    void cancel() {
      boolean unused = answer.cancel(true);
    }
  }
}
