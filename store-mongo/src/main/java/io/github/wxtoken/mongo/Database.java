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
import io.github.wxtoken.RedactedException;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStoreException;
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
 * Runs one operation at a time within a deadline, against the primary, so that what is acknowledged
 * is on the disks of a majority and what is read is never undone.
 *
 * <p>The deadline is the driver's own: it covers choosing a server, the wait for a connection,
 * retries, and the server's work. A server that is no primary any more is asked again until the
 * deadline, and through new connections where those may lead to another. No exception of the driver
 * gets out (see {@link MongoFailure}).
 */
final class Database implements AutoCloseable {
  /** A replica set elects a primary within seconds; the driver looks for it twice a second. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** A client is not replaced more often, while its address still leads to the old server. */
  private static final Duration YOUNGEST = Duration.ofSeconds(1);

  /** By these a server that is not the primary refuses a command before it does anything. */
  private static final Set<Integer> REFUSED = Set.of(10058, 10107, 13435, 13436);

  /** By these a command ends whose server steps down or shuts down, done or not. */
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

  /** Uses the user's own connections. */
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
   * @throws TokenStoreException if its DNS records cannot be had
   */
  static Database open(String url, Duration timeout, StoreOptions options) {
    Address address = Address.of(url, options);
    Supplier<Link> connect =
        () -> {
          MongoClient client = MongoClients.create(address.settings());
          return new Link(safe(client.getDatabase(address.database()), timeout), client);
        };
    // The driver's pool lets a thread that returns a connection overtake those that wait for one.
    return new Database(
        guard("start MongoDB's driver", connect),
        connect,
        address.place(),
        timeout,
        new Semaphore(address.poolSize(), true));
  }

  /** Whatever the application or the URL says: acknowledged means committed. */
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

  /** Says where the servers are and whether connections use TLS, for the log. */
  String place() {
    return place;
  }

  /** For what happens at start, when nobody has to wait for a turn. */
  MongoDatabase mongo() {
    return current().database();
  }

  /**
   * Runs something on a collection that has the same result if it is done twice.
   *
   * @param operation receives the collection with the time that is left, each time it asks
   */
  <D, T> T run(
      String what, Documents<D> documents, Function<Supplier<MongoCollection<D>>, T> operation) {
    return run(what, documents, operation, answer -> true);
  }

  /**
   * Runs something on a collection that must not be done twice.
   *
   * @param operation returns whether it changed something
   * @return what the operation returns; false is certain, too: if an earlier attempt may have
   *     changed something, its failure is thrown instead
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
      requireOpen(); // what fails since we were closed meanwhile has no better reason
      throw e;
    } finally {
      if (turns != null) {
        turns.release();
      }
    }
  }

  /** Goes on while the server says that it is no primary any more, or shuts down. */
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

  /** By code: the driver has types for some commands only. */
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

  /** Goes through new connections from now on, where those may lead to another server. */
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
   * Runs something that calls the driver. What the application put around it, such as a proxy of
   * its {@link MongoDatabase}, may throw anything.
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
