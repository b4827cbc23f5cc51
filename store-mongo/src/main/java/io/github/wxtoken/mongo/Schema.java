package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import io.github.wxtoken.TokenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What is required of the collection of tokens, looked at once at start. A sharded collection needs
 * nothing more: MongoDB lets an index on the openid alone be unique where that is the shard key.
 */
final class Schema {
  static final int DUPLICATE_KEY = 11000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]{0,119}");

  /** Building an index over what Node has collected takes longer than an operation may. */
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
   * Requires a unique index on the openid that holds for every document and compares bytes.
   *
   * @param create whether it is created if no index is in its way
   * @throws TokenStoreException if there is none; the message shows the command that mends it
   */
  static void require(Database database, String name, boolean create) {
    refuseCollation(database, name);
    MongoCollection<BsonDocument> collection =
        database.mongo().getCollection(name, BsonDocument.class);
    List<BsonDocument> onOpenid = new ArrayList<>();
    for (BsonDocument index : indexes(collection, name)) {
      refuseExpiry(index, name);
      if (isOnOpenid(index)) {
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
              + " tokens; createSchema creates it, or run %s",
          name, mend);
    }
    create(collection, name);
  }

  private static List<BsonDocument> indexes(MongoCollection<BsonDocument> collection, String name) {
    return Database.guard(
        "read the indexes of " + name,
        () -> collection.listIndexes(BsonDocument.class).into(new ArrayList<>()));
  }

  /** Filters would inherit it, and take tokens and keys that differ by case for one. */
  private static void refuseCollation(Database database, String name) {
    BsonDocument filter = new BsonDocument("name", new BsonString(name));
    List<BsonDocument> collections =
        Database.guard(
            "read the options of " + name,
            () ->
                database
                    .mongo()
                    .listCollections(BsonDocument.class)
                    .filter(filter)
                    .into(new ArrayList<>()));
    for (BsonDocument collection : collections) {
      if (collection.getDocument("options", new BsonDocument()).containsKey("collation")) {
        throw refused(
            "the collection %s has a collation, which does not compare keys byte for byte; copy it"
                + " to a collection without one: db.%s.aggregate([{$out: \"%s_copy\"}])",
            name, name, name);
      }
    }
  }

  private static void refuseExpiry(BsonDocument index, String name) {
    if (index.containsKey("expireAfterSeconds")) {
      throw refused(
          "the index %s of the collection %s deletes documents by their age, live tokens too; %s",
          text(index, "name"), name, drop(index, name));
    }
  }

  private static boolean isOnOpenid(BsonDocument index) {
    BsonDocument key = index.getDocument("key");
    BsonValue direction = key.get(TokenCodec.OPENID);
    return key.size() == 1 && direction != null && direction.isNumber();
  }

  /** Returns why an index does not keep keys apart, or null if it does. */
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
            throw refused(
                "the collection %s holds several documents of one openid, so that no unique index"
                    + " can be created; find them and keep one of each: db.%s.aggregate([{$group:"
                    + " {_id: \"$openid\", count: {$sum: 1}}}, {$match: {count: {$gt: 1}}}])",
                name, name);
          }
        });
  }

  private static String drop(BsonDocument index, String name) {
    return "db." + name + ".dropIndex(\"" + text(index, "name") + "\")";
  }

  private static String text(BsonDocument document, String name) {
    return document.getString(name).getValue();
  }

  private static boolean isTrue(BsonDocument document, String name) {
    BsonValue value = document.get(name);
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }

  private static TokenStoreException refused(String format, @Nullable Object... values) {
    return new TokenStoreException(String.format(Locale.ROOT, format, values), null);
  }
}
