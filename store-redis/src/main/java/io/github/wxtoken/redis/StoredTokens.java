package io.github.wxtoken.redis;

import io.github.wxtoken.CorruptTokenException;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tokens to keys, values and lives, and back: the JSON of wechat-oauth under a prefix. */
record StoredTokens(Prefix prefix, Duration retention) {
  private static final Duration SESSION_RETENTION = Duration.ofDays(3);

  String key(String openid) {
    return prefix.key(openid);
  }

  /** Returns what a key has behind the prefix: an openid, unless the key is another's. */
  String openid(String key) {
    return key.substring(prefix.text().length());
  }

  /**
   * Returns what is stored for a token.
   *
   * @throws IllegalArgumentException if it is too large to be read again
   */
  static Value value(OAuthToken token) {
    return new Value(TokenStores.requireJson(token));
  }

  /**
   * Returns how long a token is kept: as long as it may be refreshed, and a mini program's session,
   * which is never refreshed, not much longer than it lives.
   */
  long millis(OAuthToken token) {
    boolean session = token.accessToken() == null && token.sessionKey() != null;
    boolean shorter = session && SESSION_RETENTION.compareTo(retention) < 0;
    return (shorter ? SESSION_RETENTION : retention).toMillis();
  }

  /** Returns the value of a token, or null if there is none. */
  @Nullable Value find(Redis.Operation operation, String openid) {
    try {
      return operation.read(redis -> redis.get(key(openid)));
    } catch (TokenStoreException e) {
      if (RedisFailure.hasCode(e, "WRONGTYPE")) {
        throw new CorruptTokenException(openid, "it is not a string");
      }
      throw e;
    }
  }

  /** Returns the token of a value. */
  static OAuthToken read(String openid, Value value) {
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
