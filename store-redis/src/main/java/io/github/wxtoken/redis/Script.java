package io.github.wxtoken.redis;

import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;

/** A Lua script that changes one key and returns whether it did. */
record Script(String lua, String sha1) {

  Script(String lua) {
    this(lua, Base16.digest(lua.getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs the script; sends its text to a server that does not have it. */
  boolean run(Redis.Operation operation, byte[] key, byte[]... arguments) {
    byte[][] keys = {key};
    try {
      return operation.write(
              redis -> redis.<Long>evalsha(sha1, ScriptOutputType.INTEGER, keys, arguments))
          == 1;
    } catch (TokenStoreException e) {
      if (!RedisFailure.hasCode(e, "NOSCRIPT")) {
        throw e;
      }
      return operation.write(redis -> sendText(redis, key, arguments)) == 1;
    }
  }

  /** Sends the script's text, to a server that may not have it. */
  RedisFuture<Long> sendText(
      RedisClusterAsyncCommands<byte[], byte[]> redis, byte[] key, byte[]... arguments) {
    byte[][] keys = {key};
    return redis.eval(lua, ScriptOutputType.INTEGER, keys, arguments);
  }
}
