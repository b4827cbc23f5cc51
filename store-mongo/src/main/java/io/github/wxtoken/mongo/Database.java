package io.github.wxtoken.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
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
  private static final int DEFAULT_POOL_SIZE = 100;

  /** The driver's monitor tries that long to connect, too: what it takes to notice a comeback. */
  private static final int CONNECT_MILLIS = 3_000;

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

  /** What a URL says, without asking anybody but, for {@code mongodb+srv:}, the name server. */
  record Address(MongoClientSettings settings, String database, int poolSize) {

    static Address of(String url, StoreOptions options) {
      ConnectionString parsed = parse(url);
      Integer inUrl = parsed.getMaxConnectionPoolSize();
      int size = options.count("poolSize", inUrl == null || inUrl == 0 ? DEFAULT_POOL_SIZE : inUrl);
      String name = parsed.getDatabase();
      if (name == null) {
        throw new IllegalArgumentException("url must name a database: mongodb://HOST/DATABASE");
      }
      return new Address(settings(parsed, size), name, size);
    }

    private static MongoClientSettings settings(ConnectionString parsed, int poolSize) {
      try {
        return MongoClientSettings.builder()
            .applyToSocketSettings(
                socket -> socket.connectTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS))
            // What the user wrote wins.
            .applyConnectionString(parsed)
            .applyToConnectionPoolSettings(pool -> pool.maxSize(poolSize))
            .build();
      } catch (IllegalArgumentException | IllegalStateException | MongoException e) {
        throw new IllegalArgumentException(
            "url has hosts or options that MongoDB's driver refuses, such as a minPoolSize above the"
                + " size of the pool, which is "
                + poolSize);
      }
    }
  }

  private static ConnectionString parse(String url) {
    try {
      return new ConnectionString(url);
    } catch (IllegalArgumentException e) {
      // Its message quotes parts of the URL.
      throw new IllegalArgumentException(
          "url is not a connection string of MongoDB:"
              + " mongodb://[USER:PASSWORD@]HOST[:PORT]/DATABASE[?OPTIONS]");
    } catch (MongoException e) {
      throw MongoFailure.of("look up the servers of the url", e);
    }
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
