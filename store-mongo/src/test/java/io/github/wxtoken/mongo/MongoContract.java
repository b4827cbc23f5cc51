package io.github.wxtoken.mongo;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;

/** The contract on collections in a database that the suite has to itself. */
abstract class MongoContract extends TokenStoreContract {
  private static final Map<Class<?>, String> URLS = new ConcurrentHashMap<>();

  private final TestServer server;
  String url = "";

  MongoContract(TestServer server) {
    this.server = server;
  }

  @BeforeEach
  void emptyTheCollections() {
    url =
        URLS.computeIfAbsent(getClass(), suite -> Servers.database(server, suite.getSimpleName()));
    MongoDatabase database = Servers.mongo(url);
    database.getCollection("tokens").deleteMany(new Document());
    database.getCollection("tokens_lease").deleteMany(new Document());
  }

  @Override
  protected TokenStore open() throws Exception {
    return orWithoutLeases(
        TokenStores.open(
            url + "&wxtoken.createSchema=true&wxtoken.poolSize=8&wxtoken.timeout=20000"));
  }

  /** If the server cannot lease, a case that asks for a lease does not run. */
  final TokenStore orWithoutLeases(TokenStore store) {
    return enforcesLeases() ? store : new WithoutLeases(store);
  }

  @Override
  protected boolean enforcesLeases() {
    return Servers.isReal(url);
  }

  /**
   * As the drivers of Node write it: a number beyond 32 bits as a double. With the schema of the
   * README mongoose makes a string of create_at, and a number of expires_in.
   */
  @Override
  protected void writeAsNode(String openid, String json) {
    OAuthToken token = OAuthToken.fromJson(json);
    Document fields =
        new Document("access_token", token.accessToken())
            .append("refresh_token", token.refreshToken())
            .append("openid", openid)
            .append("scope", token.scope());
    if (json.contains("\"expires_in\":\"")) {
      fields.append("expires_in", String.valueOf(token.expiresIn()));
    } else {
      fields.append("expires_in", (int) token.expiresIn());
    }
    if (json.contains("\"create_at\":\"")) {
      fields.append("create_at", String.valueOf(token.createAt()));
    } else {
      fields.append("create_at", (double) token.createAt());
    }
    Servers.mongo(url)
        .getCollection("tokens")
        .updateOne(
            new Document("openid", openid),
            new Document("$set", fields).append("$setOnInsert", new Document("__v", 0)),
            new UpdateOptions().upsert(true));
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    Servers.mongo(url)
        .getCollection("tokens")
        .replaceOne(
            new Document("openid", openid),
            new Document("openid", openid)
                .append("access_token", "AT")
                .append("refresh_token", "RT")
                .append("create_at", content),
            new ReplaceOptions().upsert(true));
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know $bsonSize");
    Servers.mongo(url)
        .getCollection("tokens")
        .replaceOne(
            new Document("openid", openid),
            new Document("openid", openid)
                .append("access_token", "AT")
                .append("refresh_token", "RT")
                .append("create_at", "1538990000000")
                .append("extra", "{\"pad\":\"" + content + "\"}"),
            new ReplaceOptions().upsert(true));
  }

  private static final class WithoutLeases extends ForwardingTokenStore {
    WithoutLeases(TokenStore store) {
      super(store);
    }

    @Override
    public Optional<Lease> tryLease(String name, Duration atMost) {
      try {
        return super.tryLease(name, atMost);
      } catch (TokenStoreException e) {
        if (String.valueOf(e.getMessage()).contains("closed")) {
          throw e;
        }
        return abort("mongo-java-server knows no pipeline updates, by which leases are acquired");
      }
    }
  }
}
