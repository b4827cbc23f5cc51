package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseAvailability;
import io.github.wxtoken.store.LeaseRequest;
import io.github.wxtoken.store.RedactedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.bson.BsonDateTime;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps leases in a collection of their own, {@code {_id: name, owner, expires_at}}, by the
 * server's clock. One command acquires a lease that is free or expired, and leaves a held one
 * unchanged; its answer names the owner. A TTL index deletes leases that were not released.
 */
final class MongoLeases {
  static final String EXPIRES_AT = "expires_at";

  private static final Logger LOG = LoggerFactory.getLogger(MongoLeases.class);
  private static final String OWNER = "owner";

  /** An owner is a random UUID. A longer text was planted, and would be loaded with the answer. */
  private static final int OWNER_CHARS = 36;

  /** A missing value sorts before every date, so a new lease also counts as expired. */
  private static final Document IS_EXPIRED =
      new Document("$lte", List.of("$" + EXPIRES_AT, "$$NOW"));

  private static final Document HOLDER =
      new Document("$substrCP", List.of("$" + OWNER, 0, OWNER_CHARS));

  private static final FindOneAndUpdateOptions UPSERT_AND_RETURN_OWNER =
      new FindOneAndUpdateOptions()
          .upsert(true)
          .returnDocument(ReturnDocument.AFTER)
          .projection(new Document(OWNER, 1));

  private final Database database;
  private final String name;
  private final LeaseAvailability availability;

  MongoLeases(Database database, String name, boolean createSchema) {
    this.database = database;
    this.name = name;
    this.availability =
        new LeaseAvailability(
            LOG,
            "there is no right to the collection " + name,
            "Grant it: db.grantRolesToUser(USER, [{role: \"readWrite\", db: \""
                + database.mongo().getName()
                + "\"}])");
    if (!Schema.requireLeases(database.mongo(), name, createSchema)) {
      LOG.warn(
          "Leases that nobody released may stay in {} for ever. Let MongoDB delete them:"
              + " db.{}.createIndex({expires_at: 1}, {expireAfterSeconds: 0})",
          name,
          name);
    }
    availability.check(this::tryRights);
  }

  /** Acquires and releases a lease that nobody uses, which needs the same rights as every lease. */
  private void tryRights() {
    Document id = id("start:" + UUID.randomUUID());
    Document values = new Document(OWNER, "").append(EXPIRES_AT, new BsonDateTime(0));
    run(
        "lease",
        leases -> {
          leases.updateOne(id, new Document("$set", values), new UpdateOptions().upsert(true));
          return leases.deleteOne(id);
        });
  }

  /**
   * Acquires a lease. Grants every request as long as there has never been a right to the
   * collection.
   */
  Optional<Lease> tryLease(String lease, Duration atMost) {
    database.requireOpen();
    return availability.tryLease(atMost, () -> acquire(LeaseRequest.begin(lease, atMost)));
  }

  private Optional<Lease> acquire(LeaseRequest request) {
    return run("lease " + request.name(), leases -> acquire(leases, request))
        ? Optional.of(request.granted(() -> release(request)))
        : Optional.empty();
  }

  private static boolean acquire(MongoCollection<Document> leases, LeaseRequest request) {
    Document end = new Document("$add", List.of("$$NOW", request.storedMillis()));
    Document values =
        new Document(OWNER, ifExpired(request.owner(), HOLDER))
            .append(EXPIRES_AT, ifExpired(end, "$" + EXPIRES_AT));
    try {
      Document held =
          leases.findOneAndUpdate(
              id(request.name()), List.of(new Document("$set", values)), UPSERT_AND_RETURN_OWNER);
      return held != null && request.owner().equals(held.get(OWNER));
    } catch (MongoException e) {
      if (e.getCode() == MongoFailure.DUPLICATE_KEY) {
        // Another process inserted it at the same moment.
        return false;
      }
      throw e;
    }
  }

  private static Document ifExpired(Object then, Object otherwise) {
    return new Document("$cond", List.of(IS_EXPIRED, then, otherwise));
  }

  private <T> T run(String what, Function<MongoCollection<Document>, T> operation) {
    return database.run(
        what,
        name,
        leases -> {
          try {
            return operation.apply(leases.get());
          } catch (MongoException e) {
            throw e.getCode() == MongoFailure.UNAUTHORIZED
                ? availability.unavailable(RedactedException.of(e))
                : e;
          }
        });
  }

  private void release(LeaseRequest request) {
    database.run(
        "release the lease " + request.name(),
        name,
        leases -> leases.get().deleteOne(id(request.name()).append(OWNER, request.owner())));
  }

  private static Document id(String lease) {
    return new Document("_id", lease);
  }
}
