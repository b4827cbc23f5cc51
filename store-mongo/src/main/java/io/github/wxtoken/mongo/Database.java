package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import io.github.wxtoken.store.OperationDeadline;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.StoreState;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.codecs.BsonValueCodecProvider;
import org.bson.codecs.DocumentCodecProvider;
import org.bson.codecs.IterableCodecProvider;
import org.bson.codecs.ValueCodecProvider;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
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
  /** Unlike the driver's default, these fail on no document: that one takes some for a DBRef. */
  static final CodecRegistry CODECS =
      CodecRegistries.fromProviders(
          new ValueCodecProvider(),
          new DocumentCodecProvider(),
          // Before that of iterables, which would make a list of a BsonArray.
          new BsonValueCodecProvider(),
          new IterableCodecProvider());

  /** A client is not replaced more often, while its address still leads to the old server. */
  private static final Duration YOUNGEST = Duration.ofSeconds(1);

  private final @Nullable MongoTarget target;
  private final Duration timeout;
  private final AtomicReference<Link> link;
  private final @Nullable Semaphore permits;

  /** The clients that the store has made: one, and those that it has replaced lately. */
  private final Set<MongoClient> clients = ConcurrentHashMap.newKeySet();

  private final StoreState state = new StoreState();

  /** A database as one client reaches it; the application's own client is null. */
  private record Link(MongoDatabase database, @Nullable MongoClient client, long sinceNanos) {}

  /** Runs commands on a collection. */
  @FunctionalInterface
  interface Operation<T> {
    /**
     * Runs them.
     *
     * @param collection returns the collection, whose timeout is what is left of the operation's
     */
    T on(Supplier<MongoCollection<Document>> collection);
  }

  /** Uses the application's own connections. */
  Database(MongoDatabase database, Duration timeout) {
    this.target = null;
    this.timeout = timeout;
    this.link = new AtomicReference<>(new Link(safe(database), null, System.nanoTime()));
    this.permits = null;
  }

  /** Connects. */
  Database(MongoTarget target, Duration timeout) {
    this.target = target;
    this.timeout = timeout;
    this.link =
        new AtomicReference<>(MongoFailure.guard("start the driver", () -> connect(target)));
    // In the driver's pool, a thread that returns a connection can overtake waiting threads.
    this.permits = new Semaphore(target.poolSize(), true);
  }

  private Link connect(MongoTarget target) {
    MongoClient client = MongoClients.create(target.settings());
    clients.add(client);
    if (state.isClosed()) {
      client.close();
    }
    return new Link(safe(client.getDatabase(target.database())), client, System.nanoTime());
  }

  /** Makes acknowledged mean committed, whatever the application or the URL configures. */
  private MongoDatabase safe(MongoDatabase database) {
    return database
        .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
        .withCodecRegistry(CODECS);
  }

  /** Returns product and address, and whether connections use TLS, for the log. */
  String describe() {
    return "MongoDB"
        + version()
        + (target == null ? " at the address of the application's client" : " " + target.place());
  }

  private String version() {
    try {
      return " " + mongo().runCommand(new Document("buildInfo", 1)).getString("version");
    } catch (RuntimeException e) {
      return ""; // Any exception: a log can do without the version.
    }
  }

  /** Returns the database for the checks at start, when no caller has to wait for a permit. */
  MongoDatabase mongo() {
    return current().database;
  }

  /** Runs an idempotent operation on a collection. */
  <T> T run(String what, String collection, Operation<T> operation) {
    return run(what, collection, operation, answer -> true);
  }

  /**
   * Runs an operation on a collection that must not be repeated.
   *
   * @param operation returns whether it changed something
   * @return the operation's result; false is reliable, too: if an earlier attempt may have changed
   *     something, its failure is thrown instead
   */
  boolean decide(String what, String collection, Operation<Boolean> operation) {
    return run(what, collection, operation, changed -> changed);
  }

  /**
   * Runs an operation on a collection that must not be repeated.
   *
   * @param isCertain whether the result is right also if an earlier attempt has changed something;
   *     otherwise the failure of that attempt is thrown
   */
  <T> T decide(String what, String collection, Operation<T> operation, Predicate<T> isCertain) {
    return run(what, collection, operation, isCertain);
  }

  private <T> T run(
      String what, String collection, Operation<T> operation, Predicate<T> isCertain) {
    requireOpen();
    OperationDeadline deadline = OperationDeadline.in(timeout);
    acquirePermit(what, deadline);
    try {
      return MongoFailure.guard(
          what, () -> repeat(what, collection, operation, isCertain, deadline));
    } catch (TokenStoreException e) {
      requireOpen(); // If the store was closed in the meantime, that is the better reason.
      throw e;
    } finally {
      if (permits != null) {
        permits.release();
      }
    }
  }

  /** Retries while the server reports that it is no longer the primary, or shuts down. */
  private <T> T repeat(
      String what,
      String name,
      Operation<T> operation,
      Predicate<T> isCertain,
      OperationDeadline deadline) {
    MongoException doubt = null;
    while (true) {
      requireOpen();
      Link used = current();
      T answer;
      try {
        answer = operation.on(() -> inTime(used.database.getCollection(name), deadline));
      } catch (MongoException e) {
        if (!MongoFailure.isNotPrimary(e)) {
          throw e;
        }
        doubt = MongoFailure.mayHaveTakenEffect(e) ? e : doubt;
        if (!deadline.pause()) {
          throw Thread.currentThread().isInterrupted() ? interrupted(what) : e;
        }
        replace(used);
        continue;
      }
      if (doubt != null && !isCertain.test(answer)) {
        throw doubt;
      }
      return answer;
    }
  }

  private MongoCollection<Document> inTime(
      MongoCollection<Document> collection, OperationDeadline deadline) {
    long left = deadline.remainingMillis();
    return left >= timeout.toMillis() - 1
        ? collection
        : collection.withTimeout(Math.max(1, left), TimeUnit.MILLISECONDS);
  }

  private Link current() {
    return Objects.requireNonNull(link.get());
  }

  /**
   * Connects anew for later operations, if that may lead to another server. A driver that knows the
   * members of the replica set looks for the new primary itself; with a single address it keeps its
   * connections.
   */
  private void replace(Link used) {
    MongoClient former = used.client;
    if (target == null
        || former == null
        || !former.equals(current().client)
        || System.nanoTime() - used.sinceNanos < YOUNGEST.toNanos()
        || former.getClusterDescription().getConnectionMode() != ClusterConnectionMode.SINGLE) {
      return;
    }
    Link next = connect(target);
    MongoClient unused = link.compareAndSet(used, next) ? former : next.client;
    // Other threads may still use the former client, until their operations time out.
    CompletableFuture.delayedExecutor(2 * timeout.toNanos(), TimeUnit.NANOSECONDS)
        .execute(() -> close(unused));
  }

  private void close(@Nullable MongoClient client) {
    if (client != null && clients.remove(client)) {
      client.close();
    }
  }

  void requireOpen() {
    state.requireOpen();
  }

  @Override
  public void close() {
    try {
      state.close(() -> clients.forEach(MongoClient::close));
    } catch (RuntimeException e) {
      throw new TokenStoreException(
          "MongoDB's driver failed to close its client", RedactedException.of(e));
    }
  }

  private void acquirePermit(String what, OperationDeadline deadline) {
    try {
      if (permits != null && !permits.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new TokenStoreException(
            "cannot " + what + " within " + timeout.toMillis() + " ms: all connections are busy",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(what);
    }
  }

  private static TokenStoreException interrupted(String what) {
    return new TokenStoreException("cannot " + what + ": interrupted", null);
  }
}
