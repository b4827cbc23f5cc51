package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.UnsavedToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens that WeChat granted and the store did not take, because it did not answer. Each is saved
 * by the same compare-and-set again, until the store takes it, has another grant, or refuses it for
 * good; never unconditionally. The one exception is an app's record that cannot be read, and so
 * cannot be compared: it is overwritten under the lease of its refresh. Thread-safe.
 */
final class UnsavedTokens {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final int AT_MOST = 10_000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(2);

  /** For how long one process may take to replace a record that cannot be read. */
  private static final Duration REPLACING = Duration.ofSeconds(10);

  private final TokenStore store;
  private final Events events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<GrantKey, Unsaved> queue = new LinkedHashMap<>();
  private final TokenSaver saver;

  private record Unsaved(GrantKey expected, OAuthToken token) {}

  /**
   * Prepares for tokens of one store.
   *
   * @param saver saves them later; several clients may share it
   */
  UnsavedTokens(TokenStore store, Events events, TokenSaver saver) {
    this.store = store;
    this.events = events;
    this.saver = saver;
  }

  /** Keeps a token that is to replace the expected one, if there is room. */
  void add(GrantKey expected, OAuthToken token, RuntimeException why) {
    boolean kept;
    boolean first;
    lock.lock();
    try {
      first = queue.isEmpty();
      kept = queue.size() < AT_MOST || queue.containsKey(expected);
      if (kept) {
        queue.put(expected, new Unsaved(expected, token));
        saver.waits(this);
      }
    } finally {
      lock.unlock();
    }
    log.error(
        "WeChat granted {}, the store did not take it, {}",
        token,
        kept ? "it is tried again until this client is closed" : "and too many wait: it is dropped",
        RedactedException.unlessOurs(why));
    events.unsaved(token.openid(), kept ? UnsavedToken.QUEUED : UnsavedToken.DROPPED);
    if (kept && first) {
      saveAllAfter(FIRST_PAUSE);
    }
  }

  /** Returns the token that waits to replace this grant, or to be the first record. */
  Optional<OAuthToken> replacementOf(GrantKey stored) {
    lock.lock();
    try {
      return Optional.ofNullable(queue.get(stored)).map(Unsaved::token);
    } finally {
      lock.unlock();
    }
  }

  private void saveAllAfter(Duration pause) {
    saver.runAfter(pause, () -> saveAll(pause));
  }

  private void saveAll(Duration pause) {
    for (Unsaved unsaved : waiting()) {
      if (!save(unsaved)) {
        // The store is still unreachable, or only for this one: then another comes first next time.
        putLast(unsaved);
        Duration longer = pause.multipliedBy(2);
        saveAllAfter(longer.compareTo(LAST_PAUSE) < 0 ? longer : LAST_PAUSE);
        return;
      }
    }
    if (!waiting().isEmpty()) {
      saveAllAfter(FIRST_PAUSE);
    }
  }

  private void putLast(Unsaved unsaved) {
    lock.lock();
    try {
      if (queue.remove(unsaved.expected(), unsaved)) {
        queue.put(unsaved.expected(), unsaved);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Unsaved> waiting() {
    lock.lock();
    try {
      return List.copyOf(queue.values());
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the token need not be tried again. */
  private boolean save(Unsaved unsaved) {
    OAuthToken token = unsaved.token();
    try {
      boolean saved = unsaved.expected().replaceIn(store, token) || replaceUnreadable(unsaved);
      log.info("{} is {}", token, saved ? "saved now" : "superseded, or was saved before");
      events.unsaved(token.openid(), saved ? UnsavedToken.SAVED : UnsavedToken.SUPERSEDED);
    } catch (IllegalArgumentException e) {
      log.error("The store refuses {} for good", token, e);
      events.unsaved(token.openid(), UnsavedToken.REFUSED);
    } catch (RuntimeException e) {
      events.unsaved(token.openid(), UnsavedToken.FAILED_AGAIN);
      return false;
    }
    remove(unsaved);
    return true;
  }

  /**
   * Replaces an app's record that cannot be read, and that no user replaces by signing in. Its
   * other writers hold the lease of its refresh, so this one does.
   *
   * @return whether it was replaced
   */
  private boolean replaceUnreadable(Unsaved unsaved) {
    if (!unsaved.expected().isOfNoRecord()) {
      return false;
    }
    OAuthToken token = unsaved.token();
    Lease lease = leaseToReplace(token.openid());
    try {
      if (store.getToken(token.openid()).isEmpty()) {
        throw new TokenStoreException("the record was deleted meanwhile", null);
      }
      return false;
    } catch (CorruptTokenException e) {
      store.saveToken(token.openid(), token);
      return true;
    } finally {
      LeasedRefresh.release(lease); // not by try-with-resources, which releases before a catch
    }
  }

  private Lease leaseToReplace(String key) {
    try {
      return store
          .tryLease("refresh:" + key, REPLACING)
          .orElseThrow(() -> new TokenStoreException("another process refreshes it", null));
    } catch (LeaseUnavailableException e) {
      return Lease.unchecked(REPLACING); // as refreshes go on without leases
    }
  }

  private void remove(Unsaved unsaved) {
    lock.lock();
    try {
      queue.remove(unsaved.expected(), unsaved);
      if (queue.isEmpty()) {
        saver.waitsNoLonger(this);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tries once more until a deadline, and gives up what the store does not take then. The saver's
   * thread has ended, unless the store keeps it waiting.
   */
  void close(Deadline deadline) {
    for (Unsaved unsaved : waiting()) {
      if (deadline.isOver()) {
        break;
      }
      save(unsaved);
    }
    for (Unsaved unsaved : waiting()) {
      log.error("{} was never saved", unsaved.token());
      events.unsaved(unsaved.token().openid(), UnsavedToken.DROPPED);
    }
  }
}
