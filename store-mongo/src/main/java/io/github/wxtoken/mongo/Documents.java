package io.github.wxtoken.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;

/** The documents of a collection, independent of the client. */
record Documents<D>(String name, Class<D> type) {
  MongoCollection<D> in(MongoDatabase database) {
    return database.getCollection(name, type);
  }
}
