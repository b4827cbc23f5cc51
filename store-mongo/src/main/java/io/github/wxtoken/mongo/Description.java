package io.github.wxtoken.mongo;

import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Describes a database for the log: product, address, and whether connections use TLS. */
final class Description {
  private Description() {}

  /** Asks an open database. Omits what the server does not report. */
  static String of(Database database, String collection) {
    return "the collection "
        + collection
        + " of MongoDB"
        + version(database)
        + " "
        + database.place();
  }

  private static String version(Database database) {
    try {
      BsonDocument answer =
          database
              .mongo()
              .runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class);
      return answer.isString("version") ? " " + answer.getString("version").getValue() : "";
    } catch (RuntimeException e) {
      return ""; // Any exception: a log can do without the version.
    }
  }
}
