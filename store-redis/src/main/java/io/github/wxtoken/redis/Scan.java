package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenScan;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads every token, in pages: SCAN on one master after the other, then the values of the keys
 * found.
 *
 * <p>A connection that breaks ends the scan: the next server may have been restarted or be another
 * one, for which a cursor has another meaning.
 */
final class Scan
    implements TokenScan.PageReader<Scan.Position, StoredTokens.Value>,
        RedisConnectionStateListener {
  /** A key may have half a gigabyte. Keys that are too long for an openid stay on the server. */
  private static final String SCAN =
      """
      local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
      local keys = {}
      for _, key in ipairs(page[2]) do
        if #key <= tonumber(ARGV[4]) then
          keys[#keys + 1] = key
        end
      end
      return {page[1], keys}
      """;

  private static final String START = "0";
  private static final int LONGEST_OPENID = 128;

  /** Number of keys that the server examines in one step. */
  private static final int STEP = 500;

  /**
   * Number of values that are requested at once: at most 20 MB, if each has the maximum length that
   * is read.
   */
  private static final int VALUES = 100;

  private final Redis redis;
  private final StoredTokens tokens;
  private final SeenKeys seen = new SeenKeys();
  private List<StatefulRedisConnection<byte[], byte[]>> masters = List.of();
  private volatile boolean broken;

  /**
   * The position at which a page begins.
   *
   * @param unread the openids that were found and whose values have not been requested yet
   * @param master the number of the master for the next step
   * @param cursor the cursor for the next step
   */
  record Position(List<String> unread, int master, String cursor) {}

  private Scan(Redis redis, StoredTokens tokens) {
    this.redis = redis;
    this.tokens = tokens;
  }

  /** Returns a stream that sends nothing before it is read. */
  static Stream<OAuthToken> stream(
      Redis redis, StoredTokens tokens, Consumer<CorruptTokenException> corrupt) {
    redis.requireOpen();
    Scan scan = new Scan(redis, tokens);
    return TokenScan.stream(scan, scan::token, corrupt).onClose(scan::forget);
  }

  @Override
  public TokenScan.Page<Position, StoredTokens.Value> read(@Nullable Position after) {
    Redis.Operation operation = redis.begin("list tokens", "");
    Position position = after == null ? begin(operation) : after;
    if (position.unread.isEmpty() && position.master < masters.size()) {
      position = step(operation, position);
    }
    List<String> unread = position.unread;
    int size = Math.min(VALUES, unread.size());
    List<StoredTokens.Value> values = tokens.readAll(operation, unread.subList(0, size));
    boolean isLast = size == unread.size() && position.master == masters.size();
    if (isLast) {
      forget();
    }
    return new TokenScan.Page<>(
        values,
        isLast
            ? null
            : new Position(unread.subList(size, unread.size()), position.master, position.cursor));
  }

  private Position begin(Redis.Operation operation) {
    masters = operation.masters();
    masters.forEach(master -> master.addListener(this));
    return new Position(List.of(), 0, START);
  }

  /** Finds the next keys. A step may find none. */
  private Position step(Redis.Operation operation, Position from) {
    StatefulRedisConnection<byte[], byte[]> master = masters.get(from.master);
    byte[][] arguments =
        Stream.of(from.cursor, tokens.prefix().pattern(), STEP, longestKey())
            .map(argument -> argument.toString().getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
    List<Object> found =
        operation.read(
            commands ->
                master.async().eval(SCAN, ScriptOutputType.MULTI, new byte[0][], arguments));
    if (broken) {
      throw operation.failed("the connection broke; list them again from the start");
    }
    String cursor = text(found.get(0));
    List<String> openids =
        ((List<?>) found.get(1))
            .stream()
                .map(Scan::text)
                .filter(key -> key.startsWith(tokens.prefix().text()))
                .map(key -> key.substring(tokens.prefix().text().length()))
                .filter(TokenStores::isOpenid)
                .filter(seen::add)
                .toList();
    if (!cursor.equals(START)) {
      return new Position(openids, from.master, cursor);
    }
    master.removeListener(this);
    return new Position(openids, from.master + 1, START);
  }

  private int longestKey() {
    return tokens.prefix().text().length() + LONGEST_OPENID;
  }

  private Optional<OAuthToken> token(StoredTokens.Value value) {
    Optional<StoredTokens.Value> found =
        value.isEmpty()
            ? tokens.find(redis.begin("list tokens", ""), value.openid())
            : Optional.of(value);
    return found.map(StoredTokens.Value::token);
  }

  /** Returns a text of an answer. A text that is not ASCII is no key of ours. */
  private static String text(Object answer) {
    return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
    broken = true;
  }

  private void forget() {
    masters.forEach(master -> master.removeListener(this));
  }
}
