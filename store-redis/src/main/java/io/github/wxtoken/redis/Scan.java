package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStores;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Every token, in pages: SCAN over one master after the other, MGET of what it found.
 *
 * <p>A connection that breaks ends it: the server that is connected next may have been restarted,
 * or be another, and to that a cursor means something else.
 */
final class Scan implements Iterator<List<OAuthToken>>, AutoCloseable {
  /** Keys looked at for a page; with the longest tokens it has some 30 MB. */
  private static final int PAGE = 500;

  private final Redis redis;
  private final StoredTokens tokens;
  private final ScanArgs pattern;
  private final SeenKeys seen = new SeenKeys();
  private final Breakage breakage = new Breakage();
  private @Nullable Deque<StatefulRedisConnection<String, Value>> masters;
  private ScanCursor cursor = ScanCursor.INITIAL;

  private Scan(Redis redis, StoredTokens tokens) {
    this.redis = redis;
    this.tokens = tokens;
    this.pattern = ScanArgs.Builder.matches(tokens.prefix().pattern()).limit(PAGE);
  }

  /** Nothing is asked before the stream is read. */
  static Stream<OAuthToken> stream(Redis redis, StoredTokens tokens) {
    redis.requireOpen();
    Scan scan = new Scan(redis, tokens);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(scan, Spliterator.NONNULL), false)
        .flatMap(List::stream)
        .onClose(scan::close);
  }

  @Override
  public boolean hasNext() {
    return masters == null || !masters.isEmpty();
  }

  @Override
  public List<OAuthToken> next() {
    Redis.Operation operation = redis.begin("list tokens", "");
    if (masters == null) {
      masters = new ArrayDeque<>(operation.refresh().masters());
      masters.forEach(master -> master.addListener(breakage));
    }
    StatefulRedisConnection<String, Value> master = masters.peek();
    if (master == null) {
      throw new NoSuchElementException();
    }
    ScanCursor from = cursor;
    KeyScanCursor<String> page = operation.read(commands -> master.async().scan(from, pattern));
    if (breakage.happened) {
      throw operation.failed("the connection broke; list them again from the start");
    }
    cursor = page;
    if (page.isFinished()) {
      cursor = ScanCursor.INITIAL;
      masters.remove().removeListener(breakage);
    }
    return read(operation, page.getKeys());
  }

  private List<OAuthToken> read(Redis.Operation operation, List<String> found) {
    String[] keys =
        found.stream()
            .filter(key -> TokenStores.isOpenid(tokens.openid(key)))
            .filter(seen::add)
            .toArray(String[]::new);
    List<OAuthToken> page = new ArrayList<>(keys.length);
    if (keys.length > 0) {
      for (KeyValue<String, Value> entry : operation.read(commands -> commands.mget(keys))) {
        String openid = tokens.openid(entry.getKey());
        // Gone meanwhile, or no string: MGET does not say.
        Value value = entry.hasValue() ? entry.getValue() : tokens.find(operation, openid);
        if (value != null) {
          page.add(StoredTokens.read(openid, value));
        }
      }
    }
    return page;
  }

  @Override
  public void close() {
    if (masters != null) {
      masters.forEach(master -> master.removeListener(breakage));
      masters.clear();
    }
  }

  /** Hears of a connection that breaks. */
  private static final class Breakage implements RedisConnectionStateListener {
    volatile boolean happened;

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      happened = true;
    }
  }
}
