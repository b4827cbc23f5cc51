package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseAvailability;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps leases in a collection of their own, {@code {_id: name, owner, expires_at}}, by the
 * server's clock. One statement acquires a lease that is free or expired, and leaves a held one
 * unchanged; its answer names the owner. A TTL index deletes leases that were not released.
 */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final String OWNER = "owner";
  private static final String EXPIRES_AT = "expires_at";
  private static final BsonString NOW = new BsonString("$$NOW");

  /** An owner is a random UUID. A longer text was planted, and would be loaded with the answer. */
  private static final int OWNER_CHARS = 36;

  private final Database database;
  private final Documents<BsonDocument> documents;
  private final String name;
  private final LeaseAvailability availability;

  Leases(Database database, String name, boolean createSchema) {
    this.database = database;
    this.name = name;
    this.documents = new Documents<>(name, BsonDocument.class);
    this.availability =
        new LeaseAvailability(
            LOG,
            "there is no right to the collection " + name,
            "Grant it: db.grantRolesToUser(USER, [{role: \"readWrite\", db: \""
                + database.mongo().getName()
                + "\"}])");
    Database.guard(
        "read the options and indexes of " + name,
        () -> {
          prepare(documents.in(database.mongo()), createSchema);
          return true;
        });
    availability.check(this::tryRights);
  }

  private void prepare(MongoCollection<BsonDocument> collection, boolean createSchema) {
    try {
      BsonDocument described = Schema.description(database.mongo(), name);
      if (described != null) {
        Schema.refuseKind(described, name);
      }
      boolean expires = false;
      for (BsonDocument index :
          collection.listIndexes(BsonDocument.class).into(new ArrayList<>())) {
        if (Schema.isTrue(index, "unique")) {
          throw Schema.refused(
              "the collection %s has a unique index besides its _id, by which one lease excludes"
                  + " others; %s",
              name, Schema.drop(index, name));
        }
        expires |= index.containsKey("expireAfterSeconds") && Schema.isOn(index, EXPIRES_AT);
      }
      if (!expires && createSchema) {
        collection.createIndex(
            new BsonDocument(EXPIRES_AT, new BsonInt32(1)),
            new IndexOptions().expireAfter(0L, TimeUnit.SECONDS));
      } else if (!expires) {
        warnOfLeftovers();
      }
    } catch (MongoException e) {
      if (e.getCode() != Schema.UNAUTHORIZED) {
        throw e;
      }
      // A trial lease shows whether the user has the right to lease.
      warnOfLeftovers();
    }
  }

  private void warnOfLeftovers() {
    LOG.warn(
        "Leases that nobody released may stay in {} for ever. Let MongoDB delete them:"
            + " db.{}.createIndex({expires_at: 1}, {expireAfterSeconds: 0})",
        name,
        name);
  }

  /** Acquires and releases a lease that nobody uses, which needs the same rights as every lease. */
  private void tryRights() {
    BsonDocument id = id("start:" + UUID.randomUUID());
    BsonDocument values =
        new BsonDocument(OWNER, new BsonString("")).append(EXPIRES_AT, new BsonDateTime(0));
    attempt(
        "lease",
        collection -> {
          collection.updateOne(
              id, new BsonDocument("$set", values), new UpdateOptions().upsert(true));
          return collection.deleteOne(id);
        });
  }

  /**
   * Acquires a lease. Grants every request as long as there has never been a right to the
   * collection.
   */
  Optional<Lease> tryLease(String lease, Duration atMost) {
    database.requireOpen();
    return availability.tryLease(atMost, () -> take(lease, atMost));
  }

  private Optional<Lease> take(String lease, Duration atMost) {
    String owner = UUID.randomUUID().toString();
    long start = System.nanoTime();
    long millis = TimedLease.storedMillis(atMost);
    boolean taken = attempt("lease " + lease, collection -> take(collection, lease, owner, millis));
    return taken
        ? Optional.of(new TimedLease(start, atMost, () -> release(lease, owner)))
        : Optional.empty();
  }

  private static boolean take(
      MongoCollection<BsonDocument> leases, String lease, String owner, long millis) {
    // A missing value sorts before every date, so a new lease also counts as expired.
    BsonDocument isOver = operator("$lte", new BsonString("$" + EXPIRES_AT), NOW);
    BsonDocument holder =
        operator(
            "$substrCP", new BsonString("$" + OWNER), new BsonInt32(0), new BsonInt32(OWNER_CHARS));
    BsonDocument end = operator("$add", NOW, new BsonInt64(millis));
    BsonDocument values =
        new BsonDocument(OWNER, operator("$cond", isOver, new BsonString(owner), holder))
            .append(EXPIRES_AT, operator("$cond", isOver, end, new BsonString("$" + EXPIRES_AT)));
    FindOneAndUpdateOptions options =
        new FindOneAndUpdateOptions()
            .upsert(true)
            .returnDocument(ReturnDocument.AFTER)
            .projection(new BsonDocument(OWNER, new BsonInt32(1)));
    try {
      BsonDocument held =
          leases.findOneAndUpdate(id(lease), List.of(new BsonDocument("$set", values)), options);
      return held != null && new BsonString(owner).equals(held.get(OWNER));
    } catch (MongoException e) {
      if (e.getCode() == Schema.DUPLICATE_KEY) {
        // Another process inserted it at the same moment.
        return false;
      }
      throw e;
    }
  }

  private <T> T attempt(String what, Function<MongoCollection<BsonDocument>, T> operation) {
    return database.run(
        what,
        documents,
        collection -> {
          try {
            return operation.apply(collection.get());
          } catch (MongoException e) {
            throw e.getCode() == Schema.UNAUTHORIZED
                ? availability.unavailable(RedactedException.of(e))
                : e;
          }
        });
  }

  /**
   * Releases the lease also on an interrupted thread: otherwise nobody could acquire it until it
   * expires.
   */
  private void release(String lease, String owner) {
    boolean interrupted = Thread.interrupted();
    try {
      database.run(
          "release the lease " + lease,
          documents,
          leases -> leases.get().deleteOne(id(lease).append(OWNER, new BsonString(owner))));
    } catch (TokenStoreException e) {
      LOG.debug("{}; it runs out by itself", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static BsonDocument id(String lease) {
    return new BsonDocument("_id", new BsonString(lease));
  }

  private static BsonDocument operator(String name, BsonValue... operands) {
    return new BsonDocument(name, new BsonArray(List.of(operands)));
  }
}
