package io.github.wxtoken.boot;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.boot.WeChatProperties.Store;
import io.github.wxtoken.mongo.MongoTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.util.List;

/** Keeps tokens in MongoDB with a {@link MongoClient} of the application. */
final class MongoBackend implements StoreBackend {
  private final CandidateBeans beans;
  private final Store properties;

  MongoBackend(CandidateBeans beans, Store properties) {
    this.beans = beans;
    this.properties = properties;
  }

  @Override
  public List<StoreCandidate> candidates() {
    return beans.namesOf(MongoClient.class).stream()
        .map(name -> new StoreCandidate(name, "MongoClient", () -> open(name)))
        .toList();
  }

  private TokenStore open(String name) {
    String database = properties.mongo().database();
    if (database == null) {
      throw new WeChatConfigurationException(
          "the MongoClient "
              + name
              + " has no database, and wxtoken.store.mongo.database is not set",
          "Set wxtoken.store.mongo.database to the database of the tokens.");
    }
    return open(beans.get(name, MongoClient.class).getDatabase(database), properties);
  }

  static TokenStore open(MongoDatabase database, Store properties) {
    MongoTokenStore.Builder builder =
        MongoTokenStore.builder(database)
            .collection(properties.mongo().collection())
            .createSchema(properties.createSchema())
            .timeout(properties.timeout());
    String leases = properties.mongo().leaseCollection();
    return (leases == null ? builder : builder.leaseCollection(leases)).build();
  }
}
