package io.github.wxtoken.bench;

import com.mongodb.ConnectionString;
import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import io.github.wxtoken.OAuthToken;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/**
 * The plain driver, with {@code Document}: the commands of {@code MongoTokenStore}, with its
 * concerns and its timeout. Documents are made beforehand, filters are not.
 */
final class MongoContender implements Contender<MongoContender.Entry> {
  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private final MongoClient client;
  private final MongoCollection<Document> collection;

  /** A token and its document as the store writes it. */
  record Entry(OAuthToken token, Document document) {}

  /**
   * @param url the URL, which names the database
   */
  MongoContender(String url, String collection) {
    ConnectionString parsed = new ConnectionString(url);
    client = MongoClients.create(parsed);
    this.collection =
        client
            .getDatabase(Objects.requireNonNull(parsed.getDatabase()))
            .getCollection(collection)
            .withTimeout(3, TimeUnit.SECONDS)
            .withReadConcern(ReadConcern.MAJORITY)
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
  }

  @Override
  public Entry prepare(OAuthToken token) {
    String createAt = String.valueOf(token.createAt());
    Document document =
        new Document("access_token", token.accessToken())
            .append("expires_in", (int) token.expiresIn())
            .append("refresh_token", token.refreshToken())
            .append("openid", token.openid())
            .append("scope", token.scope())
            .append("create_at", createAt)
            .append(
                "wxtoken", new Document("create_at", createAt).append("unionid", token.unionid()));
    return new Entry(token, document);
  }

  @Override
  public Document get(String openid) {
    return Objects.requireNonNull(collection.find(new Document("openid", openid)).first());
  }

  @Override
  public void save(Entry entry) {
    long matched =
        collection
            .replaceOne(new Document("openid", entry.token().openid()), entry.document(), UPSERT)
            .getMatchedCount();
    Contender.require(matched <= 1, "more than one was replaced");
  }

  @Override
  public void replace(Entry expected, Entry entry) {
    OAuthToken token = expected.token();
    String createAt = String.valueOf(token.createAt());
    Document session =
        new Document("wxtoken.create_at", createAt)
            .append("wxtoken.session_key", new Document("$ne", null));
    Document grant =
        new Document("openid", token.openid())
            .append("access_token", token.accessToken())
            .append("refresh_token", token.refreshToken())
            .append("create_at", new Document("$in", Arrays.asList(createAt, token.createAt())))
            .append("$nor", Arrays.asList(session));
    long matched = collection.replaceOne(grant, entry.document()).getMatchedCount();
    Contender.require(matched == 1, "nothing was replaced");
  }

  @Override
  public void close() {
    client.close();
  }
}
