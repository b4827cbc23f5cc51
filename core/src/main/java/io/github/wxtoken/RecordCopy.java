package io.github.wxtoken;

import io.github.wxtoken.store.TokenStoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One record of an app, of which the process keeps a copy for some seconds, so that most reads cost
 * no I/O. Thread-safe.
 *
 * <p>One thread renews the copy from half of its time on, so that a busy process does not send all
 * its callers to the store at the moment when the copy ends.
 *
 * <p>The copy also bridges an outage of the store: for {@link #BRIDGED} after it was read, a valid
 * copy is used if the store fails. If another process has replaced the token meanwhile, both work
 * for 5 minutes (docs/wechat-protocol.md#app-token).
 *
 * @param <T> what callers get
 */
final class RecordCopy<T> {
  /** The overlap of 5 minutes, less what clocks may differ. */
  private static final Duration BRIDGED = Duration.ofMinutes(4);

  /** A store that has failed is not asked by each caller, since each would wait for its timeout. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final TokenRefresher refresher;
  private final String key;
  private final Function<OAuthToken, T> view;
  private final long atMost;
  private final Clock clock;
  private final Events events;
  private final AtomicReference<@Nullable Copy<T>> latest = new AtomicReference<>();

  /** Set while one thread renews a copy that the others still use. */
  private final AtomicBoolean renewing = new AtomicBoolean();

  /**
   * A record as it was read.
   *
   * @param view what callers get of it
   * @param readAt when the store was asked for it, in milliseconds
   * @param renewFrom when one thread asks the store again, while the others use the copy
   * @param freshUntil when all threads ask the store
   * @param validUntil when the record expires
   */
  private record Copy<T>(
      OAuthToken record, T view, long readAt, long renewFrom, long freshUntil, long validUntil) {

    /** A time before that of the reading means that the clock was set back. */
    boolean isFresh(long now) {
      return now < freshUntil && now < validUntil && now >= readAt;
    }

    boolean isDue(long now) {
      return now >= renewFrom;
    }

    boolean bridges(long now) {
      return now < validUntil && now >= readAt && now - readAt < BRIDGED.toMillis();
    }

    /**
     * Returns the copy of a time when the store fails: one thread asks again, the others use it.
     */
    Copy<T> bridging(long askAgainAt) {
      long until = readAt + BRIDGED.toMillis();
      return new Copy<>(record, view, readAt, askAgainAt, until, validUntil);
    }
  }

  RecordCopy(
      TokenRefresher refresher,
      String key,
      Function<OAuthToken, T> view,
      Duration atMost,
      Clock clock,
      Events events) {
    this.refresher = refresher;
    this.key = key;
    this.view = view;
    this.atMost = atMost.toMillis();
    this.clock = clock;
    this.events = events;
  }

  /** Returns a valid record, from memory if the copy is fresh. */
  T get() {
    Copy<T> copy = latest.get();
    long now = clock.millis();
    if (copy == null || !copy.isFresh(now)) {
      return read(copy);
    }
    if (!copy.isDue(now) || !renewing.compareAndSet(false, true)) {
      return copy.view();
    }
    try {
      return read(copy);
    } finally {
      renewing.set(false);
    }
  }

  private T read(@Nullable Copy<T> copy) {
    try {
      return readStored();
    } catch (TokenStoreException e) {
      long now = clock.millis();
      if (copy == null || atMost == 0 || !copy.bridges(now)) {
        throw e;
      }
      latest.compareAndSet(copy, copy.bridging(now + PAUSE.toMillis()));
      return copy.view();
    }
  }

  /** Returns a valid record that the store has been asked for. */
  T readStored() {
    long readAt = clock.millis();
    OAuthToken record = events.after(() -> refresher.usableToken(key, null));
    Copy<T> read =
        new Copy<>(
            record,
            view.apply(record),
            readAt,
            readAt + atMost / 2,
            readAt + atMost,
            record.expiresAt().toEpochMilli());
    // A thread that was held up must not put an older record in the place of a newer one.
    latest.accumulateAndGet(
        read,
        (old, mine) -> old == null || mine == null || mine.readAt() >= old.readAt() ? mine : old);
    return read.view();
  }

  /** Forgets the copy. */
  void forget() {
    latest.set(null);
  }
}
