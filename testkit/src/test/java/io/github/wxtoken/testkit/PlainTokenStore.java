package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A correct store in steps, each of which a mutant gets wrong. Handles share data as processes
 * share a database: records are JSON, leases know their owner.
 */
class PlainTokenStore implements TokenStore {
  final Data data;
  private volatile boolean closed;

  PlainTokenStore(Data data) {
    this.data = data;
  }

  /** The database. */
  record Data(
      ConcurrentMap<String, String> records, ConcurrentMap<String, Held> leases, Meeting meeting) {
    Data() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new Meeting());
    }
  }

  /** A lease in the database. */
  record Held(Object owner, long until) {
    boolean isOver() {
      return System.nanoTime() - until >= 0;
    }
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    check(openid);
    requireOpen();
    return Optional.ofNullable(data.records.get(key(openid))).map(json -> read(openid, json));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    check(openid, token);
    requireOpen();
    data.records.put(key(openid), write(token));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    check(openid, token);
    requireOpen();
    return data.records.putIfAbsent(key(openid), write(token)) == null;
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    checkExpected(openid, expected);
    check(openid, token);
    requireOpen();
    AtomicBoolean replaced = new AtomicBoolean();
    data.records.computeIfPresent(
        key(openid),
        (key, json) -> {
          replaced.set(matches(read(openid, json), expected));
          return replaced.get() ? write(token) : json;
        });
    return replaced.get();
  }

  @Override
  public boolean deleteToken(String openid) {
    check(openid);
    requireOpen();
    return data.records.remove(key(openid)) != null;
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    checkExpected(openid, expected);
    requireOpen();
    AtomicBoolean deleted = new AtomicBoolean();
    data.records.computeIfPresent(
        key(openid),
        (key, json) -> {
          deleted.set(matches(read(openid, json), expected));
          return deleted.get() ? null : json;
        });
    return deleted.get();
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    requireOpen();
    return data.records.entrySet().stream()
        .mapMulti(
            (entry, tokens) -> {
              OAuthToken token;
              try {
                token = read(entry.getKey(), entry.getValue());
              } catch (CorruptTokenException e) {
                report(e, corrupt);
                return;
              }
              tokens.accept(token);
            });
  }

  void report(CorruptTokenException broken, Consumer<CorruptTokenException> corrupt) {
    corrupt.accept(broken);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    checkLease(name, atMost);
    requireOpen();
    long start = System.nanoTime();
    Object owner = newOwner();
    return take(leaseName(name), new Held(owner, start + storedNanos(atMost)))
        ? Optional.of(lease(start, atMost, () -> release(leaseName(name), owner)))
        : Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
  }

  void requireOpen() {
    if (closed) {
      throw new TokenStoreException("closed", null);
    }
  }

  void check(String openid) {
    TokenStores.requireOpenid(openid);
  }

  void check(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
  }

  void checkExpected(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
  }

  void checkLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
  }

  String key(String openid) {
    return openid;
  }

  String write(OAuthToken token) {
    return token.toJson();
  }

  OAuthToken read(String openid, String json) {
    try {
      return OAuthToken.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw corrupt(openid, json);
    }
  }

  RuntimeException corrupt(String openid, String json) {
    return new CorruptTokenException(openid, "not a token");
  }

  boolean matches(OAuthToken stored, OAuthToken expected) {
    return stored.sameGrant(expected);
  }

  String leaseName(String name) {
    return name;
  }

  Object newOwner() {
    return new Object();
  }

  long storedNanos(Duration atMost) {
    return atMost.toNanos();
  }

  boolean take(String name, Held mine) {
    Held holder =
        data.leases.compute(name, (key, held) -> held == null || held.isOver() ? mine : held);
    return holder.owner() == mine.owner();
  }

  Lease lease(long start, Duration atMost, Runnable release) {
    return new TimedLease(start, atMost, release);
  }

  void release(String name, Object owner) {
    data.leases.computeIfPresent(name, (key, held) -> held.owner() == owner ? null : held);
  }

  /** The stored token, or null, as a mutant sees it that looks before it acts. */
  final @Nullable OAuthToken look(String openid) {
    String json = data.records.get(key(openid));
    return json == null ? null : read(openid, json);
  }
}
