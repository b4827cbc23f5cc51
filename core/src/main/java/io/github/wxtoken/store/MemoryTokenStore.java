package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tokens in the heap of one process: for tests, demos, and applications of a single process that
 * may ask every user to authorize again after a restart. Thread-safe.
 */
public final class MemoryTokenStore implements TokenStore {
  private static final int SWEEP_ABOVE = 1_000;

  private final ConcurrentMap<String, OAuthToken> tokens = new ConcurrentHashMap<>();
  final ConcurrentMap<String, TimedLease> leases = new ConcurrentHashMap<>();
  private final AtomicInteger sweepAbove = new AtomicInteger(SWEEP_ABOVE);
  private volatile boolean closed;

  /** Makes an empty store. */
  public MemoryTokenStore() {}

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return Optional.ofNullable(open().get(openid));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    open().put(openid, token);
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    return open().putIfAbsent(openid, token) == null;
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenStores.requireToken(openid, token);
    // ConcurrentMap.replace would compare all fields; what counts is the grant.
    AtomicBoolean replaced = new AtomicBoolean();
    open()
        .computeIfPresent(
            openid,
            (key, stored) -> {
              replaced.set(stored.sameGrant(expected));
              return replaced.get() ? token : stored;
            });
    return replaced.get();
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return open().remove(openid) != null;
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    AtomicBoolean deleted = new AtomicBoolean();
    open()
        .computeIfPresent(
            openid,
            (key, stored) -> {
              deleted.set(stored.sameGrant(expected));
              return deleted.get() ? null : stored;
            });
    return deleted.get();
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return open().values().stream();
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    open();
    sweep();
    long start = System.nanoTime();
    // Identity is ownership: a lease that took the place of ours is another object.
    TimedLease[] mine = new TimedLease[1];
    mine[0] = new TimedLease(start, atMost, () -> leases.remove(name, mine[0]));
    TimedLease holder =
        leases.compute(
            name, (key, held) -> held == null || held.remaining().isZero() ? mine[0] : held);
    return holder == mine[0] ? Optional.of(mine[0]) : Optional.empty();
  }

  /** Removes expired leases: leases of codes are never closed, and would pile up. */
  private void sweep() {
    int limit = sweepAbove.get();
    if (leases.size() > limit && sweepAbove.compareAndSet(limit, Integer.MAX_VALUE)) {
      leases.values().removeIf(lease -> lease.remaining().isZero());
      sweepAbove.set(Math.max(SWEEP_ABOVE, 2 * leases.size()));
    }
  }

  @Override
  public String description() {
    return "the memory of this process";
  }

  @Override
  public OptionalLong approximateSize() {
    return OptionalLong.of(open().size());
  }

  @Override
  public void close() {
    closed = true;
  }

  private ConcurrentMap<String, OAuthToken> open() {
    if (closed) {
      throw new TokenStoreException("the store in memory is closed", null);
    }
    return tokens;
  }

  /** {@code memory:} */
  static final class Provider implements TokenStoreProvider {
    @Override
    public boolean accepts(String url) {
      return url.equals("memory:");
    }

    @Override
    public Set<String> options() {
      return Set.of();
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      return new MemoryTokenStore();
    }
  }
}
