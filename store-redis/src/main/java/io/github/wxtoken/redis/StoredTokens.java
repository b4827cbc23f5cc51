package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenRecords;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The keys, values and lifetimes of tokens: the JSON of wechat-oauth under a prefix. */
record StoredTokens(Prefix prefix, Duration retention) {
  private static final Duration SESSION_RETENTION = Duration.ofDays(3);

  /** A value that was read: its beginning, which is all of it unless it is too long for a token. */
  static final class Value {
    private final String openid;
    private final byte @Nullable [] bytes;

    /** Holds what the server answered; null if the key is not a string. */
    private Value(String openid, byte @Nullable [] bytes) {
      this.openid = openid;
      this.bytes = bytes;
    }

    String openid() {
      return openid;
    }

    /** Tells whether nothing was read: the key is missing, or its value is empty. */
    boolean isEmpty() {
      return bytes != null && bytes.length == 0;
    }

    /**
     * Returns the bytes.
     *
     * @throws CorruptTokenException if the key is not a string
     */
    byte[] bytes() {
      if (bytes == null) {
        throw new CorruptTokenException(openid, "it is not a string");
      }
      return bytes;
    }

    /**
     * Returns the token.
     *
     * @throws CorruptTokenException if the value is no token of the openid
     */
    OAuthToken token() {
      return TokenRecords.ofJson(openid, bytes());
    }
  }

  byte[] key(String openid) {
    return prefix.key(openid);
  }

  /**
   * Returns the value for a token.
   *
   * @throws IllegalArgumentException if it is too large to be read back
   */
  static byte[] value(OAuthToken token) {
    return TokenStores.requireJson(token).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns how long a token is kept, in milliseconds: as long as it may be refreshed. A mini
   * program's session is never refreshed, so it is kept not much longer than it is valid.
   */
  long millis(OAuthToken token) {
    boolean session = token.accessToken() == null && token.sessionKey() != null;
    boolean shorter = session && SESSION_RETENTION.compareTo(retention) < 0;
    return (shorter ? SESSION_RETENTION : retention).toMillis();
  }

  /** Reads the value of an openid; empty if there is none. */
  Optional<Value> find(Redis.Operation operation, String openid) {
    Value value = read(operation, openid);
    // GETRANGE also answers with an empty text if the key does not exist.
    if (!value.isEmpty()) {
      return Optional.of(value);
    }
    return operation.read(redis -> redis.exists(key(openid))) == 0
        ? Optional.empty()
        : Optional.of(read(operation, openid));
  }

  private Value read(Redis.Operation operation, String openid) {
    try {
      return new Value(openid, operation.read(redis -> getBeginning(redis, openid)));
    } catch (TokenStoreException e) {
      if (RedisFailure.hasCode(e, "WRONGTYPE")) {
        return new Value(openid, null);
      }
      throw e;
    }
  }

  /** Reads the values of several openids, which it requests at once. */
  List<Value> readAll(Redis.Operation operation, List<String> openids) {
    return operation.read(
        redis ->
            Connection.all(
                openids.stream()
                    .map(
                        openid ->
                            getBeginning(redis, openid)
                                .toCompletableFuture()
                                .handle((bytes, failure) -> value(openid, bytes, failure)))
                    .toList()));
  }

  private static Value value(String openid, byte @Nullable [] bytes, @Nullable Throwable failure) {
    if (failure != null && !new RedisFailure(failure).hasCode("WRONGTYPE")) {
      throw new CompletionException(failure);
    }
    return new Value(openid, failure == null ? bytes : null);
  }

  /**
   * Requests the beginning of a value. A whole value could have half a gigabyte, on a connection
   * that all callers share.
   */
  private RedisFuture<byte[]> getBeginning(
      RedisClusterAsyncCommands<byte[], byte[]> redis, String openid) {
    return redis.getrange(key(openid), 0, TokenRecords.MAX_BYTES);
  }
}
