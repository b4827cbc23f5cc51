package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReturnDocument;
import io.github.wxtoken.Lease;
import io.github.wxtoken.TimedLease;
import io.github.wxtoken.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in a collection of their own, {@code {_id: name, owner, expires_at}}, judged by the
 * server's clock. One statement takes a lease that is free or over and leaves one that is held as
 * it is; whose it is then, its answer tells. A TTL index deletes those that nobody released.
 */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final String OWNER = "owner";
  private static final String EXPIRES_AT = "expires_at";
  private static final int UNAUTHORIZED = 13;
  private static final BsonString NOW = new BsonString("$$NOW");

  private final Database database;
  private final MongoCollection<BsonDocument> collection;
  private final String name;
  private volatile boolean usable = true;

  Leases(Database database, String name, boolean createSchema) {
    this.database = database;
    this.name = name;
    this.collection = database.mongo().getCollection(name, BsonDocument.class);
    Database.guard("read the indexes of " + name, () -> prepare(createSchema));
  }

  private boolean prepare(boolean createSchema) {
    try {
      boolean expires =
          collection.listIndexes(BsonDocument.class).into(new ArrayList<>()).stream()
              .anyMatch(index -> index.containsKey("expireAfterSeconds"));
      if (!expires && createSchema) {
        collection.createIndex(
            new BsonDocument(EXPIRES_AT, new BsonInt32(1)),
            new IndexOptions().expireAfter(0L, TimeUnit.SECONDS));
      } else if (!expires) {
        LOG.warn(
            "Leases that nobody released stay in {} for ever. Let MongoDB delete them:"
                + " db.{}.createIndex({expires_at: 1}, {expireAfterSeconds: 0})",
            name,
            name);
      }
      return true;
    } catch (MongoException e) {
      return giveUp(e);
    }
  }

  /** Grants everyone where the right to the collection is missing. */
  Optional<Lease> tryLease(String lease, Duration atMost) {
    String owner = UUID.randomUUID().toString();
    long start = System.nanoTime();
    long millis = TimedLease.storedMillis(atMost);
    boolean taken = usable && take(lease, owner, millis);
    if (!usable) {
      database.requireOpen();
      return Optional.of(new TimedLease(start, atMost, () -> {}));
    }
    return taken
        ? Optional.of(new TimedLease(start, atMost, () -> release(lease, owner)))
        : Optional.empty();
  }

  private boolean take(String lease, String owner, long millis) {
    // What is missing sorts before every date, so a lease that is new is over, too.
    BsonDocument isOver = operator("$lte", new BsonString("$" + EXPIRES_AT), NOW);
    BsonDocument values =
        new BsonDocument(OWNER, choice(isOver, new BsonString(owner), OWNER))
            .append(
                EXPIRES_AT,
                choice(isOver, operator("$add", NOW, new BsonInt64(millis)), EXPIRES_AT));
    FindOneAndUpdateOptions options =
        new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER);
    return database.run(
        "lease " + lease,
        collection,
        leases -> {
          try {
            BsonDocument held =
                leases.findOneAndUpdate(
                    id(lease), List.of(new BsonDocument("$set", values)), options);
            return held != null && new BsonString(owner).equals(held.get(OWNER));
          } catch (MongoException e) {
            if (e.getCode() == Schema.DUPLICATE_KEY) {
              // Another inserted it at the same moment.
              return false;
            }
            return giveUp(e);
          }
        });
  }

  private void release(String lease, String owner) {
    try {
      database.run(
          "release the lease " + lease,
          collection,
          leases -> leases.deleteOne(id(lease).append(OWNER, new BsonString(owner))));
    } catch (TokenStoreException e) {
      LOG.debug("{}; it runs out by itself", e.getMessage());
    }
  }

  private static BsonDocument id(String lease) {
    return new BsonDocument("_id", new BsonString(lease));
  }

  private static BsonDocument choice(BsonDocument condition, BsonValue value, String otherwise) {
    return operator("$cond", condition, value, new BsonString("$" + otherwise));
  }

  private static BsonDocument operator(String name, BsonValue... operands) {
    return new BsonDocument(name, new BsonArray(List.of(operands)));
  }

  /** Every other error is one. */
  private boolean giveUp(MongoException e) {
    if (e.getCode() != UNAUTHORIZED) {
      throw e;
    }
    usable = false;
    LOG.warn(
        "There is no right to the collection {}: leases are granted to everyone, so an expired"
            + " token may be refreshed more than once. Grant the role readWrite on it",
        name);
    return false;
  }
}
