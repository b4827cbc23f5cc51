package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoServerException;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;

/** Looks at a MongoDB server for operators: its role, and its clock. */
final class MongoDiagnosis {
  private static final BsonString NONE = new BsonString("");

  private static final String NAME_ALL =
      "name all members and replicaSet=NAME in the URL, without directConnection";

  private MongoDiagnosis() {}

  /**
   * Refuses a server to which a direct connection leads and which takes no writes: the driver would
   * repeat each write until its timeout, and not say why.
   *
   * @throws TokenStoreException if the server is a secondary member of a replica set
   */
  static void requireNoSecondary(Database database) {
    BsonDocument hello = MongoFailure.guard("open the store", () -> helloIfKnown(database));
    if (hello.getBoolean("secondary", BsonBoolean.FALSE).getValue()) {
      throw new TokenStoreException(
          "cannot open the store: the server is no primary: it is a secondary member of the replica"
              + " set "
              + hello.getString("setName", NONE).getValue()
              + ". To fix that, "
              + NAME_ALL,
          null);
    }
  }

  /**
   * A server before 4.4.2 refuses the command, and a proxy of the application's database may throw
   * anything instead of the refusal.
   */
  private static BsonDocument helloIfKnown(Database database) {
    try {
      return hello(database);
    } catch (RuntimeException e) {
      if (e instanceof MongoException && !(e instanceof MongoServerException)) {
        throw e; // The server was not reached.
      }
      return new BsonDocument();
    }
  }

  private static BsonDocument hello(Database database) {
    return database.mongo().runCommand(new Document("hello", 1), BsonDocument.class);
  }

  static List<StoreFinding> of(Database database, String collection) {
    long before = System.currentTimeMillis();
    BsonDocument hello = MongoFailure.guard("look at the server", () -> hello(database));
    long after = System.currentTimeMillis();
    List<StoreFinding> findings = new ArrayList<>();
    findings.add(
        StoreFinding.ok("the collection " + collection + " has its unique index on openid"));
    findings.add(role(hello));
    if (hello.get("localTime") instanceof BsonDateTime time) {
      findings.add(StoreFinding.clock(time.getValue(), before, after));
    }
    return findings;
  }

  private static StoreFinding role(BsonDocument hello) {
    if (!hello.getBoolean("isWritablePrimary", BsonBoolean.FALSE).getValue()) {
      return StoreFinding.broken("the server is no primary", NAME_ALL);
    }
    if (hello.getString("msg", NONE).getValue().equals("isdbgrid")) {
      return StoreFinding.ok("the server is a router of a sharded cluster");
    }
    String set = hello.getString("setName", NONE).getValue();
    return set.isEmpty()
        ? StoreFinding.warning(
            "the server is no member of a replica set: its loss loses all tokens, and a write whose"
                + " connection breaks is not repeated",
            "mongod --replSet rs0, then in mongosh: rs.initiate()")
        : StoreFinding.ok("the server is the primary of the replica set " + set);
  }
}
