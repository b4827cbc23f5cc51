package io.github.wxtoken.boot;

import io.github.wxtoken.boot.WeChatProperties.Store;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/**
 * Keeps tokens in the database of a {@link MongoDatabaseFactory}. Where there is none, such as in
 * an application without Spring Data's auto-configuration, in that of a client.
 */
final class SpringDataMongoBackend implements StoreBackend {
  private final CandidateBeans beans;
  private final Store properties;

  SpringDataMongoBackend(CandidateBeans beans, Store properties) {
    this.beans = beans;
    this.properties = properties;
  }

  @Override
  public List<StoreCandidate> candidates() {
    List<String> factories = beans.namesOf(MongoDatabaseFactory.class);
    if (factories.isEmpty()) {
      return new MongoBackend(beans, properties).candidates();
    }
    return factories.stream()
        .map(name -> new StoreCandidate(name, "MongoDatabaseFactory", () -> open(name)))
        .toList();
  }

  private TokenStore open(String name) {
    MongoDatabaseFactory factory = beans.get(name, MongoDatabaseFactory.class);
    String database = properties.mongo().database();
    return MongoBackend.open(
        database == null ? factory.getMongoDatabase() : factory.getMongoDatabase(database),
        properties);
  }
}
