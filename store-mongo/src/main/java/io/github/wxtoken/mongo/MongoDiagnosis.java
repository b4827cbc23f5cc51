package io.github.wxtoken.mongo;

import io.github.wxtoken.store.StoreFinding;
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

  private MongoDiagnosis() {}

  static List<StoreFinding> of(Database database, String collection) {
    long before = System.currentTimeMillis();
    BsonDocument hello =
        MongoFailure.guard(
            "look at the server",
            () -> database.mongo().runCommand(new Document("hello", 1), BsonDocument.class));
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
      return StoreFinding.broken(
          "the server is no primary", "name all members and replicaSet=NAME in the URL");
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
