package io.github.wxtoken.testkit.example;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Stores tokens as JSON in a map, which represents a server. */
public final class ExampleTokenStore implements TokenStore {

  /** The data that handles share, as processes share a database. */
  record Server(Map<String, String> records, Map<String, TimedLease> leases) {
    Server() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }
  }

  private final Server server;
  private volatile boolean closed;

  ExampleTokenStore(Server server) {
    this.server = server;
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return Optional.ofNullable(records().get(openid)).map(json -> read(openid, json));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    records().put(openid, TokenStores.requireJson(token));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    return records().putIfAbsent(openid, TokenStores.requireJson(token)) == null;
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenStores.requireToken(openid, token);
    String json = TokenStores.requireJson(token);
    AtomicBoolean replaced = new AtomicBoolean();
    records()
        .computeIfPresent(
            openid,
            (key, stored) -> {
              replaced.set(read(openid, stored).sameGrant(expected));
              return replaced.get() ? json : stored;
            });
    return replaced.get();
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return records().remove(openid) != null;
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    AtomicBoolean deleted = new AtomicBoolean();
    records()
        .computeIfPresent(
            openid,
            (key, stored) -> {
              deleted.set(read(openid, stored).sameGrant(expected));
              return deleted.get() ? null : stored;
            });
    return deleted.get();
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    Objects.requireNonNull(corrupt, "corrupt");
    return records().entrySet().stream()
        .flatMap(
            entry -> {
              try {
                return Stream.of(read(entry.getKey(), entry.getValue()));
              } catch (CorruptTokenException e) {
                corrupt.accept(e);
                return Stream.empty();
              }
            });
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    Map<String, String> unused = records(); // fails when this handle is closed
    TimedLease[] mine = new TimedLease[1];
    Runnable release = () -> server.leases.remove(name, mine[0]);
    mine[0] = new TimedLease(System.nanoTime(), atMost, release);
    TimedLease holder =
        server.leases.compute(
            name, (key, held) -> held == null || held.remaining().isZero() ? mine[0] : held);
    return holder == mine[0] ? Optional.of(mine[0]) : Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
  }

  private Map<String, String> records() {
    if (closed) {
      throw new TokenStoreException("the store is closed", null);
    }
    return server.records;
  }

  /** The parser's message may show the record, so it does not go on. */
  private static OAuthToken read(String openid, String json) {
    try {
      OAuthToken token = OAuthToken.fromJson(json);
      if (openid.equals(token.openid())) {
        return token;
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenException(openid, "the record is not a token");
    }
    throw new CorruptTokenException(openid, "the record is another user's");
  }
}
