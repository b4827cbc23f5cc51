package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Plain Lettuce: the commands of {@code RedisTokenStore}, on one connection for all threads, with
 * its options. JSON is made beforehand and not parsed, so only the store pays for it.
 */
final class RedisContender implements Contender<RedisContender.Entry> {
  private static final long RETENTION_MILLIS = Duration.ofDays(180).toMillis();
  private static final byte[] RETENTION =
      Long.toString(RETENTION_MILLIS).getBytes(StandardCharsets.US_ASCII);
  private static final String REPLACE =
      """
      if redis.call('GET', KEYS[1]) == ARGV[1] then
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
      end
      return 0
      """;

  private final RedisClient client;
  private final RedisAsyncCommands<String, byte[]> commands;
  private final String prefix;
  private final String script;

  /** A token's openid and JSON. */
  static final class Entry {
    private final String openid;
    private final byte[] json;

    private Entry(OAuthToken token) {
      openid = token.openid();
      json = token.toJson().getBytes(StandardCharsets.UTF_8);
    }
  }

  RedisContender(String url, String prefix) throws Exception {
    this.prefix = prefix;
    client = RedisClient.create(url);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(16_384)
            .timeoutOptions(TimeoutOptions.create())
            .build());
    StatefulRedisConnection<String, byte[]> connection =
        client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
    commands = connection.async();
    script = await(commands.scriptLoad(REPLACE));
  }

  private static <T extends @Nullable Object> T await(Future<T> answer) throws Exception {
    return answer.get(1, TimeUnit.SECONDS);
  }

  @Override
  public Entry prepare(OAuthToken token) {
    return new Entry(token);
  }

  @Override
  public byte[] get(String openid) throws Exception {
    byte[] json = await(commands.get(prefix + openid));
    Contender.require(json != null, "there is no token");
    return json;
  }

  @Override
  public void save(Entry token) throws Exception {
    SetArgs expiry = SetArgs.Builder.px(RETENTION_MILLIS);
    String answer = await(commands.set(prefix + token.openid, token.json, expiry));
    Contender.require("OK".equals(answer), "nothing was saved");
  }

  @Override
  public void replace(Entry expected, Entry token) throws Exception {
    byte[] stored = get(token.openid);
    Contender.require(Arrays.equals(stored, expected.json), "another grant is stored");
    String[] keys = {prefix + token.openid};
    Long replaced =
        await(
            commands.evalsha(
                script, ScriptOutputType.INTEGER, keys, stored, token.json, RETENTION));
    Contender.require(replaced == 1, "nothing was replaced");
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
