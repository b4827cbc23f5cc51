package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bson.codecs.BsonValueCodecProvider;
import org.bson.codecs.configuration.CodecRegistries;
import org.jspecify.annotations.Nullable;

/**
 * Runs one operation at a time within a deadline, against the primary, so that an acknowledged
 * write is on the disks of a majority and a read never returns data that is rolled back later.
 *
 * <p>The deadline is the driver's own: it covers server selection, the wait for a connection,
 * retries, and the server's work. An operation that meets a server that is no longer the primary is
 * retried until the deadline, through new connections if those may lead to another server. No
 * exception of the driver reaches the caller (see {@link MongoFailure}).
 */
final class Database implements AutoCloseable {
  /** A replica set elects a primary within seconds; the driver looks for it twice a second. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** A client is not replaced more often, while its address still leads to the old server. */
  private static final Duration YOUNGEST = Duration.ofSeconds(1);

  /**
   * The error codes by which a server that is not the primary refuses a command before it does
   * anything.
   */
  private static final Set<Integer> REFUSED = Set.of(10058, 10107, 13435, 13436);

  /**
   * The error codes of a command whose server steps down or shuts down, whether or not the command
   * took effect.
   */
  private static final Set<Integer> INTERRUPTED = Set.of(91, 189, 11600, 11602);

  private final AtomicReference<Link> link;
  private final @Nullable Supplier<Link> connect;
  private final String place;
  private final Duration timeout;
  private final @Nullable Semaphore turns;
  private volatile boolean closed;

  private Database(
      Link link,
      @Nullable Supplier<Link> connect,
      String place,
      Duration timeout,
      @Nullable Semaphore turns) {
    this.link = new AtomicReference<>(link);
    this.connect = connect;
    this.place = place;
    this.timeout = timeout;
    this.turns = turns;
  }

  /** Uses the application's own connections. */
  static Database of(MongoDatabase database, Duration timeout) {
    return new Database(
        new Link(safe(database, timeout), null),
        null,
        "at the address of the application's client",
        timeout,
        null);
  }

  /**
   * Connects.
   *
   * @throws IllegalArgumentException if the URL or {@code poolSize} is wrong; the message does not
   *     show the URL
   * @throws TokenStoreException if its DNS records cannot be read
   */
  static Database open(String url, Duration timeout, StoreOptions options) {
    Address address = Address.of(url, options);
    Supplier<Link> connect =
        () -> {
          MongoClient client = MongoClients.create(address.settings());
          return new Link(safe(client.getDatabase(address.database()), timeout), client);
        };
    // In the driver's pool, a thread that returns a connection can overtake waiting threads.
    return new Database(
        guard("start MongoDB's driver", connect),
        connect,
        address.place(),
        timeout,
        new Semaphore(address.poolSize(), true));
  }

  /** Makes acknowledged mean committed, whatever the application or the URL configures. */
  private static MongoDatabase safe(MongoDatabase database, Duration timeout) {
    return database
        .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
        .withCodecRegistry(
            CodecRegistries.fromRegistries(
                CodecRegistries.fromCodecs(new TokenCodec()),
                CodecRegistries.fromProviders(new BsonValueCodecProvider())));
  }

  /** Returns the servers' addresses and whether connections use TLS, for the log. */
  String place() {
    return place;
  }

  /** Returns the database for the checks at start, when no caller has to wait for a permit. */
  MongoDatabase mongo() {
    return current().database();
  }

  /**
   * Runs an idempotent operation on a collection.
   *
   * @param operation receives the collection with the time that is left, at each attempt
   */
  <D, T> T run(
      String what, Documents<D> documents, Function<Supplier<MongoCollection<D>>, T> operation) {
    return run(what, documents, operation, answer -> true);
  }

  /**
   * Runs an operation on a collection that must not be repeated.
   *
   * @param operation returns whether it changed something
   * @return the operation's result; false is reliable, too: if an earlier attempt may have changed
   *     something, its failure is thrown instead
   */
  <D> boolean decide(
      String what,
      Documents<D> documents,
      Function<Supplier<MongoCollection<D>>, Boolean> operation) {
    return run(what, documents, operation, changed -> changed);
  }

  private <D, T> T run(
      String what,
      Documents<D> documents,
      Function<Supplier<MongoCollection<D>>, T> operation,
      Predicate<T> isCertain) {
    requireOpen();
    long end = System.nanoTime() + timeout.toNanos();
    takeTurn(what);
    try {
      return guard(what, () -> repeat(what, documents, operation, isCertain, end));
    } catch (TokenStoreException e) {
      requireOpen(); // If the store was closed in the meantime, that is the better reason.
      throw e;
    } finally {
      if (turns != null) {
        turns.release();
      }
    }
  }

  /** Retries while the server reports that it is no longer the primary, or shuts down. */
  private <D, T> T repeat(
      String what,
      Documents<D> documents,
      Function<Supplier<MongoCollection<D>>, T> operation,
      Predicate<T> isCertain,
      long end) {
    MongoException doubt = null;
    while (true) {
      T answer;
      Link used = enter();
      try {
        answer = operation.apply(() -> inTime(documents, used, end));
      } catch (MongoException e) {
        if (!isNotPrimary(e)) {
          throw e;
        }
        doubt = REFUSED.contains(e.getCode()) ? doubt : e;
        pause(what, end, e);
        replace(used);
        continue;
      } finally {
        used.leave();
      }
      if (doubt != null && !isCertain.test(answer)) {
        throw doubt;
      }
      return answer;
    }
  }

  /**
   * Tells whether a server is not the primary. By code: the driver has types for some commands
   * only.
   */
  static boolean isNotPrimary(MongoException e) {
    return !(e instanceof MongoWriteConcernException)
        && (REFUSED.contains(e.getCode()) || INTERRUPTED.contains(e.getCode()));
  }

  private <D> MongoCollection<D> inTime(Documents<D> documents, Link used, long end) {
    MongoCollection<D> collection = documents.in(used.database());
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    return left >= timeout.toMillis() - 1
        ? collection
        : collection.withTimeout(Math.max(1, left), TimeUnit.MILLISECONDS);
  }

  private static void pause(String what, long end, MongoException failure) {
    if (end - System.nanoTime() < PAUSE.toNanos()) {
      throw failure;
    }
    LockSupport.parkNanos(PAUSE.toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw new TokenStoreException("cannot " + what + ": interrupted", null);
    }
  }

  private Link current() {
    return Objects.requireNonNull(link.get());
  }

  private Link enter() {
    while (true) {
      requireOpen();
      Link now = current();
      if (now.enter()) {
        return now;
      }
    }
  }

  /** Opens new connections for later operations, if those may lead to another server. */
  private void replace(Link used) {
    if (connect == null || current() != used || !used.isWorthReplacing(YOUNGEST.toNanos())) {
      return;
    }
    Link next = connect.get();
    if (link.compareAndSet(used, next)) {
      used.retire();
    } else {
      next.close();
    }
    if (closed) {
      next.close();
    }
  }

  /**
   * Runs a call of the driver. A wrapper of the application, such as a proxy of its {@link
   * MongoDatabase}, may throw any exception.
   */
  static <T> T guard(String what, Supplier<T> operation) {
    try {
      return operation.get();
    } catch (TokenStoreException e) {
      throw e;
    } catch (RuntimeException e) {
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
    try {
      current().close();
    } catch (RuntimeException e) {
      throw new TokenStoreException(
          "MongoDB's driver failed to close its client", RedactedException.of(e));
    }
  }

  private void takeTurn(String what) {
    if (turns == null) {
      return;
    }
    try {
      if (!turns.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new TokenStoreException(
            "cannot " + what + " within " + timeout.toMillis() + " ms: all connections are busy",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenStoreException("cannot " + what + ": interrupted", null);
    }
  }
}
