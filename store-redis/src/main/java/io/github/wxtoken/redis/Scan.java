package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads every token, in pages: SCAN on one master after the other, then the values of the keys
 * found.
 *
 * <p>A connection that breaks ends the scan: the next server may have been restarted or be another
 * one, for which a cursor has another meaning.
 */
final class Scan implements Iterator<List<OAuthToken>>, AutoCloseable {
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

  /** Number of keys that the server examines in one step. */
  private static final int PAGE = 500;

  /**
   * Number of values that are requested at once: at most 20 MB, if each has the maximum length that
   * is read.
   */
  private static final int VALUES = 100;

  private final Redis redis;
  private final StoredTokens tokens;
  private final Consumer<CorruptTokenException> corrupt;
  private final SeenKeys seen = new SeenKeys();
  private final Breakage breakage = new Breakage();

  /**
   * The masters that are not finished yet, beginning with the one that is being scanned; null
   * before the first page.
   */
  private @Nullable Deque<StatefulRedisConnection<String, Value>> masters;

  private final Deque<String> found = new ArrayDeque<>();
  private String cursor = START;

  private Scan(Redis redis, StoredTokens tokens, Consumer<CorruptTokenException> corrupt) {
    this.redis = redis;
    this.tokens = tokens;
    this.corrupt = corrupt;
  }

  /** Returns a stream that sends nothing before it is read. */
  static Stream<OAuthToken> stream(
      Redis redis, StoredTokens tokens, Consumer<CorruptTokenException> corrupt) {
    if (corrupt == null) {
      throw new IllegalArgumentException("corrupt must not be null");
    }
    redis.requireOpen();
    Scan scan = new Scan(redis, tokens, corrupt);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(scan, Spliterator.NONNULL), false)
        .flatMap(List::stream)
        .onClose(scan::close);
  }

  @Override
  public boolean hasNext() {
    return masters == null || !masters.isEmpty() || !found.isEmpty();
  }

  /** Returns the next tokens; empty if a step found none. */
  @Override
  public List<OAuthToken> next() {
    Redis.Operation operation = redis.begin("list tokens", "");
    if (masters == null) {
      masters = new ArrayDeque<>(operation.refresh().masters());
      masters.forEach(master -> master.addListener(breakage));
    }
    if (found.isEmpty()) {
      step(operation, masters);
    }
    List<String> openids = new ArrayList<>(VALUES);
    while (openids.size() < VALUES && !found.isEmpty()) {
      openids.add(found.remove());
    }
    return openids.isEmpty() ? List.of() : tokens.readAll(operation, openids, corrupt);
  }

  private void step(
      Redis.Operation operation, Deque<StatefulRedisConnection<String, Value>> masters) {
    StatefulRedisConnection<String, Value> master = masters.peek();
    if (master == null) {
      throw new NoSuchElementException();
    }
    Value[] arguments =
        Stream.of(
                cursor,
                tokens.prefix().pattern(),
                String.valueOf(PAGE),
                String.valueOf(tokens.longestKey()))
            .map(Value::new)
            .toArray(Value[]::new);
    List<Object> page =
        operation.read(
            commands ->
                master.async().eval(SCAN, ScriptOutputType.MULTI, new String[0], arguments));
    if (breakage.happened) {
      throw operation.failed("the connection broke; list them again from the start");
    }
    cursor = text(page.get(0));
    ((List<?>) page.get(1))
        .stream()
            .map(Scan::text)
            .filter(key -> key.startsWith(tokens.prefix().text()))
            .filter(key -> TokenStores.isOpenid(tokens.openid(key)))
            .filter(seen::add)
            .map(tokens::openid)
            .forEach(found::add);
    if (cursor.equals(START)) {
      masters.remove().removeListener(breakage);
    }
  }

  /** Returns a text of an answer. A text that is not UTF-8 is no key of ours. */
  private static String text(Object value) {
    String text = value instanceof Value bytes ? bytes.text() : null;
    return text == null ? "" : text;
  }

  @Override
  public void close() {
    if (masters != null) {
      masters.forEach(master -> master.removeListener(breakage));
      masters.clear();
    }
    found.clear();
  }

  /** Listens for a connection that breaks. */
  private static final class Breakage implements RedisConnectionStateListener {
    volatile boolean happened;

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      happened = true;
    }
  }
}
