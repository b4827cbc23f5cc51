package io.github.wxtoken.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The requirements on the two collections, checked once at start. A sharded collection needs
 * nothing more: MongoDB allows a unique index on the openid alone only if that is the shard key.
 */
final class Schema {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]{0,119}");

  /** The option of a collection and of an index that deletes documents by their age. */
  private static final String EXPIRES = "expireAfterSeconds";

  private static final String COLLATION =
      "has a collation, which does not compare keys byte for byte";

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
   * Requires a collection for tokens: it keeps every document, takes those of the store, and has a
   * unique index on the openid that covers every document and compares bytes.
   *
   * @param create whether the index is created if no other index conflicts with it
   * @throws TokenStoreException if it is unfit; the message shows the command that repairs it
   */
  static void requireTokens(MongoDatabase database, String name, boolean create) {
    Document options = MongoFailure.guard("open the store", () -> options(database, name));
    MongoCollection<Document> tokens = database.getCollection(name);
    boolean isIndexed =
        MongoFailure.guard(
            "check the collection " + name,
            () -> {
              requireValid(database, options, name);
              return isIndexed(tokens, name);
            });
    if (!isIndexed && !create) {
      throw unfit(
          name,
          "has no unique index on openid, without which a user may have two tokens",
          "Create it by wxtoken.createSchema=true in the URL (createSchema(true) on the builder),"
              + " or run "
              + createIndex(name));
    }
    if (!isIndexed) {
      MongoFailure.guard("create the index on openid of " + name, () -> create(tokens, name));
    }
  }

  /** Tells whether a unique index on the openid exists. Refuses indexes that conflict with it. */
  private static boolean isIndexed(MongoCollection<Document> tokens, String name) {
    List<Document> indexes = tokens.listIndexes().into(new ArrayList<>());
    for (Document index : indexes) {
      if (index.containsKey(EXPIRES)) {
        throw unfit(
            name,
            "has an index that deletes documents by their age, live tokens too",
            drop(index, name));
      }
    }
    List<Document> onOpenid =
        indexes.stream().filter(index -> isOn(index, TokenDocument.OPENID)).toList();
    if (onOpenid.isEmpty() || onOpenid.stream().anyMatch(index -> conflict(index) == null)) {
      return !onOpenid.isEmpty();
    }
    Document index = onOpenid.get(0);
    throw unfit(
        name,
        "has the index " + index.get("name") + " on openid, which " + conflict(index),
        drop(index, name) + ", then " + createIndex(name));
  }

  private static String create(MongoCollection<Document> tokens, String name) {
    try {
      return tokens
          .withTimeout(CREATE_MINUTES, TimeUnit.MINUTES)
          .createIndex(new Document(TokenDocument.OPENID, 1), new IndexOptions().unique(true));
    } catch (MongoException e) {
      if (e.getCode() != MongoFailure.DUPLICATE_KEY) {
        throw e;
      }
      if (tokens.find(new Document(TokenDocument.OPENID, null)).first() != null) {
        throw unfit(
            name,
            "has documents without an openid, so it is not the store's",
            "If it is a collection of your application, give the store one of another name:"
                + " wxtoken.collection=NAME in the URL, or collection(\"NAME\") on the builder");
      }
      throw unfit(
          name,
          "has several documents of one openid, so that no unique index can be created",
          "Find them and keep one of each: db."
              + name
              + ".aggregate([{$group: {_id: \"$openid\", count: {$sum: 1}}},"
              + " {$match: {count: {$gt: 1}}}])");
    }
  }

  /**
   * Requires a collection for leases, if the user may look at it: it keeps every document, and no
   * index makes one lease exclude another.
   *
   * @param create whether the index that deletes expired leases is created
   * @return whether expired leases are deleted
   * @throws TokenStoreException if it is unfit; the message shows the command that repairs it
   */
  static boolean requireLeases(MongoDatabase database, String name, boolean create) {
    return MongoFailure.guard(
        "check the collection " + name,
        () -> {
          try {
            options(database, name);
            return expires(database.getCollection(name), name, create);
          } catch (MongoException e) {
            if (e.getCode() != MongoFailure.UNAUTHORIZED) {
              throw e;
            }
            return false; // A trial lease shows whether the user has the right to lease.
          }
        });
  }

  private static boolean expires(MongoCollection<Document> leases, String name, boolean create) {
    boolean expires = false;
    for (Document index : leases.listIndexes()) {
      if (isTrue(index, "unique")) {
        throw unfit(
            name,
            "has a unique index besides its _id, by which one lease excludes others",
            drop(index, name));
      }
      expires |= index.containsKey(EXPIRES) && isOn(index, MongoLeases.EXPIRES_AT);
    }
    if (!expires && create) {
      leases.createIndex(
          new Document(MongoLeases.EXPIRES_AT, 1),
          new IndexOptions().expireAfter(0L, TimeUnit.SECONDS));
    }
    return expires || create;
  }

  /**
   * Returns the options of a collection, which are empty if there is none yet. Refuses a collection
   * that keeps documents only for a limited time, or whose collation ignores case.
   */
  private static Document options(MongoDatabase database, String name) {
    Document found = database.listCollections().filter(new Document("name", name)).first();
    if (found == null) {
      return new Document();
    }
    String type = found.get("type", "collection");
    if (!type.equals("collection")) {
      throw unfit(
          name,
          "is a " + type + ", and not a collection",
          "Name a collection, which the store creates if it is missing");
    }
    Document options = found.get("options", new Document());
    String copy =
        "Copy it to a fit one: db." + name + ".aggregate([{$out: \"" + name + "_copy\"}])";
    if (isTrue(options, "capped")) {
      throw unfit(name, "is capped: it deletes the oldest documents, live ones too", copy);
    }
    if (options.containsKey(EXPIRES)) {
      throw unfit(
          name,
          "deletes documents by their age, live ones too",
          "Run db.runCommand({collMod: \"" + name + "\", expireAfterSeconds: \"off\"})");
    }
    if (options.containsKey("collation")) {
      throw unfit(name, COLLATION, copy);
    }
    return options;
  }

  /**
   * Requires that a validator accepts the documents of the store, without saving any. A server
   * before 5.1 cannot tell.
   */
  private static void requireValid(MongoDatabase database, Document options, String name) {
    Document validator = options.get("validator", new Document());
    if (validator.isEmpty()
        || "warn".equals(options.get("validationAction"))
        || "off".equals(options.get("validationLevel"))) {
      return;
    }
    List<Document> samples = samples();
    List<Document> valid;
    try {
      valid =
          database
              .aggregate(
                  List.of(new Document("$documents", samples), new Document("$match", validator)))
              .into(new ArrayList<>());
    } catch (MongoCommandException e) {
      return;
    }
    if (valid.size() < samples.size()) {
      throw unfit(
          name,
          "has a validator that refuses documents of the store",
          "See their fields in the README of wxtoken-store-mongo, and run db.runCommand({collMod:"
              + (" \"" + name + "\", validator: {}}) or a validator that takes them"));
    }
  }

  /** Returns documents as the store saves them: one with all fields, one with the fewest. */
  private static List<Document> samples() {
    OAuthToken.Builder sample = OAuthToken.builder().openid("oSample").sessionKey("k").createAt(1);
    OAuthToken session = sample.build();
    OAuthToken full =
        sample
            .accessToken("sample")
            .refreshToken("sample")
            .scope("snsapi_base")
            .expiresIn(7200)
            .unionid("oSample")
            .extraJson("{\"sample\":1}")
            .build();
    // The driver adds an _id to inserted documents.
    return List.of(
        TokenDocument.of(full).append("_id", new ObjectId()),
        TokenDocument.of(session).append("_id", new ObjectId()));
  }

  /** Tells whether an index has this field, and no other. */
  private static boolean isOn(Document index, String field) {
    Document key = index.get("key", Document.class);
    return key.size() == 1 && key.get(field) instanceof Number;
  }

  /** Returns why an index does not distinguish keys, or null if it does. */
  private static @Nullable String conflict(Document index) {
    if (!isTrue(index, "unique")) {
      return "is not unique";
    }
    if (index.containsKey("partialFilterExpression") || isTrue(index, "sparse")) {
      return "leaves documents out";
    }
    if (isTrue(index, "hidden")) {
      return "is hidden";
    }
    return index.containsKey("collation") ? COLLATION : null;
  }

  private static boolean isTrue(Document document, String name) {
    return Boolean.TRUE.equals(document.get(name));
  }

  /** Returns the commands that create the indexes of both collections. */
  static String commands(String tokens, String leases) {
    return createIndex(requireName(tokens))
        + ";\ndb."
        + requireName(leases)
        + ".createIndex({expires_at: 1}, {expireAfterSeconds: 0});\n";
  }

  private static String createIndex(String name) {
    return "db." + name + ".createIndex({openid: 1}, {unique: true})";
  }

  private static String drop(Document index, String name) {
    return "Run db." + name + ".dropIndex(\"" + index.get("name") + "\")";
  }

  private static TokenStoreException unfit(String name, String problem, String remedy) {
    return new TokenStoreException("the collection " + name + " " + problem + ". " + remedy, null);
  }
}
