package io.github.wxtoken.boot;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that may not be open yet, or whose connections may be replaced. Each operation uses the
 * store that is open. If none is, or the source of its connections is another object than when it
 * was opened, one thread opens it while the others wait. After a failure, operations fail for a
 * second without another attempt. Thread-safe.
 */
final class ReopeningTokenStore implements TokenStore {
  private static final Logger log = LoggerFactory.getLogger(ReopeningTokenStore.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** As long as an operation of a store takes at most, by default. */
  private static final long WAIT_SECONDS = 3;

  private final Supplier<TokenStore> opener;
  private final Supplier<?> source;
  private final LongSupplier nanoTime;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Opened opened;
  private volatile @Nullable Failed failed;
  private volatile boolean closed;

  private record Opened(TokenStore store, Object source) {}

  private record Failed(String message, long nanoTime) {}

  private ReopeningTokenStore(
      Supplier<TokenStore> opener, Supplier<?> source, LongSupplier nanoTime) {
    this.opener = opener;
    this.source = source;
    this.nanoTime = nanoTime;
  }

  /**
   * Opens a store now, and again when the source of its connections is another object.
   *
   * @throws TokenStoreException if it cannot be opened
   */
  static TokenStore of(Supplier<TokenStore> opener, Supplier<?> source) {
    ReopeningTokenStore store = new ReopeningTokenStore(opener, source, System::nanoTime);
    store.current();
    return store;
  }

  /** Opens a store now, or with a later operation if that fails. */
  static TokenStore eventually(Supplier<TokenStore> opener) {
    return eventually(opener, System::nanoTime);
  }

  static TokenStore eventually(Supplier<TokenStore> opener, LongSupplier nanoTime) {
    ReopeningTokenStore store = new ReopeningTokenStore(opener, () -> opener, nanoTime);
    try {
      store.current();
    } catch (TokenStoreException e) {
      log.warn(
          "The token store cannot be opened: {}. The application starts without it, since"
              + " wxtoken.fail-fast is false, and tries again with the next call",
          e.getMessage());
    }
    return store;
  }

  private TokenStore current() {
    if (closed) {
      throw new TokenStoreException("the store is closed", null);
    }
    Object now = source.get();
    Opened open = opened;
    return open != null && open.source() == now ? open.store() : open();
  }

  private TokenStore open() {
    acquireOpening();
    try {
      Object now = source.get();
      Opened open = opened;
      if (open != null && open.source() == now) {
        return open.store();
      }
      failIfJustFailed();
      TokenStore store = attempt();
      opened = new Opened(store, now);
      closeIfClosedMeanwhile(store);
      if (open != null) {
        log.info("The token store is open again, since its connections were replaced");
        open.store().close();
      }
      return store;
    } finally {
      opening.unlock();
    }
  }

  /** {@link #close} does not wait for an attempt to open, so it may have found nothing to close. */
  private void closeIfClosedMeanwhile(TokenStore store) {
    if (closed) {
      store.close();
      throw new TokenStoreException("the store is closed", null);
    }
  }

  private void acquireOpening() {
    try {
      if (!opening.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new TokenStoreException("the store is not open yet: another thread opens it", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenStoreException("interrupted while the store was being opened", null);
    }
  }

  private TokenStore attempt() {
    try {
      return opener.get();
    } catch (TokenStoreException e) {
      failed = new Failed(String.valueOf(e.getMessage()), nanoTime.getAsLong());
      throw e;
    }
  }

  private void failIfJustFailed() {
    Failed last = failed;
    if (last != null && nanoTime.getAsLong() - last.nanoTime() < PAUSE_NANOS) {
      throw new TokenStoreException(last.message(), null);
    }
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return current().getToken(openid);
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    current().saveToken(openid, token);
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return current().saveTokenIfAbsent(openid, token);
  }

  @Override
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    return current().saveTokensIfAbsent(tokens);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    return current().replaceToken(openid, expected, token);
  }

  @Override
  public boolean deleteToken(String openid) {
    return current().deleteToken(openid);
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    return current().deleteToken(openid, expected);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return current().tokens(corrupt);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return current().tryLease(name, atMost);
  }

  @Override
  public void ping() {
    current().ping();
  }

  @Override
  public List<StoreFinding> diagnose() {
    return current().diagnose();
  }

  @Override
  public OptionalLong approximateSize() {
    return current().approximateSize();
  }

  @Override
  public String description() {
    Opened open = opened;
    return open == null ? "a store that is not open yet" : open.store().description();
  }

  @Override
  public void close() {
    closed = true;
    Opened open = opened;
    if (open != null) {
      open.store().close();
    }
  }
}
