package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts tokens to keys, values and lifetimes, and back: the JSON of wechat-oauth under a prefix.
 */
record StoredTokens(Prefix prefix, Duration retention) {
  private static final Duration SESSION_RETENTION = Duration.ofDays(3);
  private static final int LONGEST_OPENID = 128;
  private static final String NO_STRING = "it is not a string";

  /** A longer value has more characters than a record may have; a character has at most 3 bytes. */
  private static final int MAX_BYTES = 3 * TokenStores.MAX_RECORD_CHARS;

  String key(String openid) {
    return prefix.key(openid);
  }

  /** Returns the length of the longest openid's key, in bytes. */
  int longestKey() {
    return prefix.text().length() + LONGEST_OPENID;
  }

  /**
   * Returns the part of a key after the prefix: an openid, unless the key is another application's.
   */
  String openid(String key) {
    return key.substring(prefix.text().length());
  }

  /**
   * Returns the value for a token.
   *
   * @throws IllegalArgumentException if it is too large to be read back
   */
  static Value value(OAuthToken token) {
    return new Value(TokenStores.requireJson(token));
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

  /**
   * Returns the value of a token, or null if there is none. Returns only the beginning of a value
   * that is too long, which {@link #read} refuses: the whole value could be half a gigabyte, on a
   * connection that all callers share.
   */
  @Nullable Value find(Redis.Operation operation, String openid) {
    Value value = beginning(operation, openid);
    // GETRANGE also answers with an empty text if the key does not exist.
    if (value.length() > 0) {
      return value;
    }
    if (operation.read(redis -> redis.exists(key(openid))) == 0) {
      return null;
    }
    return beginning(operation, openid);
  }

  private Value beginning(Redis.Operation operation, String openid) {
    try {
      return operation.read(redis -> getBeginning(redis, openid));
    } catch (TokenStoreException e) {
      if (RedisFailure.hasCode(e, "WRONGTYPE")) {
        throw new CorruptTokenException(openid, NO_STRING);
      }
      throw e;
    }
  }

  private RedisFuture<Value> getBeginning(
      RedisClusterAsyncCommands<String, Value> redis, String openid) {
    return redis.getrange(key(openid), 0, MAX_BYTES);
  }

  /**
   * Returns the tokens of several openids, which it requests at once.
   *
   * @param corrupt receives those that cannot be read
   */
  List<OAuthToken> readAll(
      Redis.Operation operation, List<String> openids, Consumer<CorruptTokenException> corrupt) {
    List<Optional<Value>> values = operation.read(redis -> getAll(redis, openids));
    List<OAuthToken> tokens = new ArrayList<>(openids.size());
    for (int i = 0; i < openids.size(); i++) {
      String openid = openids.get(i);
      try {
        Value value = values.get(i).orElseThrow(() -> new CorruptTokenException(openid, NO_STRING));
        // Deleted in the meantime, or empty.
        Value found = value.length() > 0 ? value : find(operation, openid);
        if (found != null) {
          tokens.add(read(openid, found));
        }
      } catch (CorruptTokenException e) {
        corrupt.accept(e);
      }
    }
    return tokens;
  }

  /** Requests several values at once; a key that is not a string returns an empty value. */
  private CompletableFuture<List<Optional<Value>>> getAll(
      RedisClusterAsyncCommands<String, Value> redis, List<String> openids) {
    List<CompletableFuture<Optional<Value>>> values =
        openids.stream()
            .map(openid -> getBeginning(redis, openid).toCompletableFuture())
            .map(value -> value.thenApply(Optional::of).exceptionally(StoredTokens::unlessNoString))
            .toList();
    return CompletableFuture.allOf(values.toArray(CompletableFuture[]::new))
        .thenApply(all -> values.stream().map(CompletableFuture::join).toList());
  }

  private static Optional<Value> unlessNoString(Throwable e) {
    if (new RedisFailure(e).hasCode("WRONGTYPE")) {
      return Optional.empty();
    }
    throw new CompletionException(e);
  }

  /** Returns the token of a value. */
  static OAuthToken read(String openid, Value value) {
    if (value.length() > MAX_BYTES) {
      throw new CorruptTokenException(
          openid, "it has more than " + TokenStores.MAX_RECORD_CHARS + " characters");
    }
    String json = value.text();
    if (json == null) {
      throw new CorruptTokenException(openid, "not UTF-8");
    }
    try {
      OAuthToken token = OAuthToken.fromJson(json);
      if (!token.openid().equals(openid)) {
        throw new CorruptTokenException(openid, "it is of another openid");
      }
      return token;
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenException(openid, String.valueOf(e.getMessage()));
    }
  }
}
