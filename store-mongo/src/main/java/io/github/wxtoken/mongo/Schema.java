package io.github.wxtoken.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requirements on the collection of tokens, checked once at start. A sharded collection needs
 * nothing more: MongoDB allows a unique index on the openid alone only if that is the shard key.
 */
final class Schema {
  static final int DUPLICATE_KEY = 11000;
  static final int UNAUTHORIZED = 13;

  /** InvalidPipelineOperator, and an unrecognized stage. */
  static final Set<Integer> UNKNOWN_OPERATORS = Set.of(168, 40324);

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]{0,119}");

  /**
   * Timeout for building an index on documents that Node wrote; it takes longer than an operation
   * may.
   */
  private static final long CREATE_MINUTES = 5;

  private Schema() {}

  /**
   * Checks the name of a collection, which comes from the program or its configuration.
   *
   * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_.]}
   */
  static String requireName(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a collection must be named [A-Za-z_][A-Za-z0-9_.]*, at most 120 characters long");
    }
    return name;
  }

  /**
   * Requires that tokens and leases are in different collections.
   *
   * @throws IllegalArgumentException if both are in one collection
   */
  static void requireTwo(String tokens, String leases) {
    if (tokens.equals(leases)) {
      throw new IllegalArgumentException(
          "collection and leaseCollection must have different names");
    }
  }

  /**
   * Requires a unique index on the openid that covers every document and compares bytes.
   *
   * @param create whether it is created if no index conflicts with it
   * @throws TokenStoreException if there is none; the message shows the command that creates it
   */
  static void require(Database database, String name, boolean create) {
    BsonDocument described =
        Database.guard("open the store", () -> description(database.mongo(), name));
    if (described != null) {
      refuseKind(described, name);
      Database.guard(
          "try the validator of " + name,
          () -> {
            requireValid(database.mongo(), described, name);
            return true;
          });
    }
    MongoCollection<BsonDocument> collection =
        database.mongo().getCollection(name, BsonDocument.class);
    List<BsonDocument> onOpenid = new ArrayList<>();
    for (BsonDocument index : indexes(collection, name)) {
      refuseExpiry(index, name);
      if (isOn(index, TokenCodec.OPENID)) {
        onOpenid.add(index);
      }
    }
    if (onOpenid.stream().anyMatch(index -> unfit(index) == null)) {
      return;
    }
    String mend = "db." + name + ".createIndex({openid: 1}, {unique: true})";
    if (!onOpenid.isEmpty()) {
      BsonDocument index = onOpenid.get(0);
      throw refused(
          "the index %s of the collection %s %s; %s; %s",
          text(index, "name"), name, unfit(index), drop(index, name), mend);
    }
    if (!create) {
      throw refused(
          "the collection %s has no unique index on openid, without which a user may have two"
              + " tokens; wxtoken.createSchema=true in the URL (createSchema(true) on the"
              + " builder) creates it, or run %s",
          name, mend);
    }
    create(collection, name);
  }

  private static List<BsonDocument> indexes(MongoCollection<BsonDocument> collection, String name) {
    return Database.guard(
        "read the indexes of " + name,
        () -> collection.listIndexes(BsonDocument.class).into(new ArrayList<>()));
  }

  /**
   * Refuses a collection that keeps documents only for a limited time, or whose collation ignores
   * case.
   *
   * @param collection as {@code listCollections} describes it
   */
  static void refuseKind(BsonDocument collection, String name) {
    String type = collection.getString("type", new BsonString("collection")).getValue();
    if (!type.equals("collection")) {
      throw refused(
          "%s is a %s, and not a collection; name a collection, which the store creates if it is"
              + " missing",
          name, type);
    }
    BsonDocument options = collection.getDocument("options", new BsonDocument());
    if (isTrue(options, "capped")) {
      throw refused(
          "the collection %s is capped: it deletes the oldest documents, live ones too; copy"
              + " it to one that is not: %s",
          name, copy(name));
    }
    if (options.containsKey("expireAfterSeconds")) {
      throw refused(
          "the collection %s deletes documents by their age, live ones too; run"
              + " db.runCommand({collMod: \"%s\", expireAfterSeconds: \"off\"})",
          name, name);
    }
    if (options.containsKey("collation")) {
      throw refused(
          "the collection %s has a collation, which does not compare keys byte for byte; copy it"
              + " to a collection without one: %s",
          name, copy(name));
    }
  }

  private static String copy(String name) {
    return "db." + name + ".aggregate([{$out: \"" + name + "_copy\"}])";
  }

  /** Returns the collection as the server describes it, or null if there is none yet. */
  static @Nullable BsonDocument description(MongoDatabase database, String name) {
    return database
        .listCollections(BsonDocument.class)
        .filter(new BsonDocument("name", new BsonString(name)))
        .first();
  }

  /**
   * Requires that a validator accepts the documents of the store, without saving any. A server
   * before 5.1 cannot tell.
   */
  private static void requireValid(MongoDatabase database, BsonDocument collection, String name) {
    BsonDocument options = collection.getDocument("options", new BsonDocument());
    BsonDocument validator = options.getDocument("validator", new BsonDocument());
    boolean enforced =
        !new BsonString("warn").equals(options.get("validationAction"))
            && !new BsonString("off").equals(options.get("validationLevel"));
    if (validator.isEmpty() || !enforced) {
      return;
    }
    BsonDocument samples = new BsonDocument("$documents", TokenCodec.samples());
    List<BsonDocument> valid;
    try {
      valid =
          database
              .aggregate(
                  List.of(samples, new BsonDocument("$match", validator)), BsonDocument.class)
              .into(new ArrayList<>());
    } catch (MongoCommandException e) {
      return;
    }
    if (valid.size() < samples.getArray("$documents").size()) {
      throw refused(
          "the validator of the collection %s refuses documents that the store saves; see their"
              + " fields in the README of wxtoken-store-mongo, and run db.runCommand({collMod:"
              + " \"%s\", validator: {}}) or a validator that takes them",
          name, name);
    }
  }

  static void warnOfSizes(String name) {
    LOG.warn(
        "This server does not know $bsonSize, which MongoDB has from 4.4 on: a document of many"
            + " megabytes in {} is loaded before it is refused",
        name);
  }

  private static void refuseExpiry(BsonDocument index, String name) {
    if (index.containsKey("expireAfterSeconds")) {
      throw refused(
          "the index %s of the collection %s deletes documents by their age, live tokens too; %s",
          text(index, "name"), name, drop(index, name));
    }
  }

  /** Tells whether an index has this field, and no other. */
  static boolean isOn(BsonDocument index, String field) {
    BsonDocument key = index.getDocument("key");
    BsonValue direction = key.get(field);
    return key.size() == 1 && direction != null && direction.isNumber();
  }

  /** Returns why an index does not distinguish keys, or null if it does. */
  private static @Nullable String unfit(BsonDocument index) {
    if (!isTrue(index, "unique")) {
      return "is not unique";
    }
    if (index.containsKey("partialFilterExpression") || isTrue(index, "sparse")) {
      return "leaves documents out";
    }
    if (isTrue(index, "hidden")) {
      return "is hidden";
    }
    return index.containsKey("collation")
        ? "has a collation, which does not compare keys byte for byte"
        : null;
  }

  private static void create(MongoCollection<BsonDocument> collection, String name) {
    Database.guard(
        "create the index on openid of " + name,
        () -> {
          try {
            return collection
                .withTimeout(CREATE_MINUTES, TimeUnit.MINUTES)
                .createIndex(
                    new BsonDocument(TokenCodec.OPENID, new BsonInt32(1)),
                    new IndexOptions().unique(true));
          } catch (MongoException e) {
            if (e.getCode() != DUPLICATE_KEY) {
              throw e;
            }
            if (collection.find(new BsonDocument(TokenCodec.OPENID, BsonNull.VALUE)).first()
                != null) {
              throw refused(
                  "the collection %s has documents without an openid, so it is not the store's. If"
                      + " it is a collection of your application, give the store one of another"
                      + " name: wxtoken.collection=NAME in the URL, or collection(\"NAME\") on the"
                      + " builder",
                  name);
            }
            throw refused(
                "the collection %s holds several documents of one openid, so that no unique index"
                    + " can be created; find them and keep one of each: db.%s.aggregate([{$group:"
                    + " {_id: \"$openid\", count: {$sum: 1}}}, {$match: {count: {$gt: 1}}}])",
                name, name);
          }
        });
  }

  static String drop(BsonDocument index, String name) {
    return "db." + name + ".dropIndex(\"" + text(index, "name") + "\")";
  }

  private static String text(BsonDocument document, String name) {
    return document.getString(name).getValue();
  }

  static boolean isTrue(BsonDocument document, String name) {
    BsonValue value = document.get(name);
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }

  static TokenStoreException refused(String format, @Nullable Object... values) {
    return new TokenStoreException(String.format(Locale.ROOT, format, values), null);
  }
}
