package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStoreException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BSONException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one operation at a time within a deadline, against the primary, so that what is acknowledged
 * is on the disks of a majority and what is read is never undone.
 *
 * <p>The deadline is the driver's own: it covers choosing a server, the wait for a connection,
 * retries, and the server's work. No exception of the driver gets out (see {@link MongoFailure}).
 */
final class Database implements AutoCloseable {
  private final MongoDatabase database;
  private final Duration timeout;
  private final @Nullable MongoClient client;
  private final @Nullable Semaphore turns;
  private volatile boolean closed;

  private Database(
      MongoDatabase database,
      Duration timeout,
      @Nullable MongoClient client,
      @Nullable Semaphore turns) {
    this.database =
        database
            .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .withReadPreference(ReadPreference.primary())
            .withReadConcern(ReadConcern.MAJORITY)
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    this.timeout = timeout;
    this.client = client;
    this.turns = turns;
  }

  /** Uses the user's own connections. */
  static Database of(MongoDatabase database, Duration timeout) {
    return new Database(database, timeout, null, null);
  }

  /**
   * Connects.
   *
   * @throws IllegalArgumentException if the URL or {@code poolSize} is wrong; the message does not
   *     show the URL
   * @throws TokenStoreException if its DNS records cannot be had
   */
  static Database open(String url, Duration timeout, StoreOptions options) {
    Address address = Address.of(url, options);
    MongoClient client = MongoClients.create(address.settings());
    // The driver's pool lets a thread that returns a connection overtake those that wait for one.
    return new Database(
        client.getDatabase(address.database()),
        timeout,
        client,
        new Semaphore(address.poolSize(), true));
  }

  MongoDatabase mongo() {
    return database;
  }

  /** Runs something on a collection. */
  <D, T> T run(
      String what, MongoCollection<D> collection, Function<MongoCollection<D>, T> operation) {
    requireOpen();
    MongoCollection<D> inTime = takeTurn(what, collection);
    try {
      return guard(what, () -> operation.apply(inTime));
    } finally {
      if (turns != null) {
        turns.release();
      }
    }
  }

  /** Runs something at start, when nobody has to wait for a turn. */
  static <T> T guard(String what, Supplier<T> operation) {
    try {
      return operation.get();
    } catch (MongoException | BSONException | IllegalStateException e) {
      // The last is what the driver throws once it is closed.
      throw MongoFailure.of(what, e);
    }
  }

  void requireOpen() {
    if (closed) {
      throw new TokenStoreException("the store is closed", null);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
  }

  /** Returns the collection with what is left of the time after waiting for a turn. */
  private <D> MongoCollection<D> takeTurn(String what, MongoCollection<D> collection) {
    if (turns == null) {
      return collection;
    }
    try {
      if (turns.tryAcquire(0, TimeUnit.NANOSECONDS)) {
        return collection;
      }
      long end = System.nanoTime() + timeout.toNanos();
      if (turns.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
        return collection.withTimeout(left, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenStoreException("cannot " + what + ": interrupted", null);
    }
    throw new TokenStoreException(
        "cannot " + what + " within " + timeout.toMillis() + " ms: all connections are busy", null);
  }
}
