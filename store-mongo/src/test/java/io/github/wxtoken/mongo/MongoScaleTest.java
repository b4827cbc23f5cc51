package io.github.wxtoken.mongo;

import com.mongodb.client.MongoCollection;
import io.github.wxtoken.faults.ScaleContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A million documents on MongoDB. */
class MongoScaleTest extends ScaleContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final int BATCH = 10_000;
  private static String url = "";

  @BeforeAll
  static void makeDatabase() {
    url = Servers.database(SERVER, "scale");
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(url + "&wxtoken.createSchema=true");
  }

  @Override
  protected void plant(int count) {
    MongoCollection<Document> tokens = Servers.mongo(url).getCollection("tokens");
    for (int first = 1; first <= count; first += BATCH) {
      tokens.insertMany(
          IntStream.range(first, Math.min(first + BATCH, count + 1))
              .mapToObj(MongoScaleTest::document)
              .toList());
    }
  }

  private static Document document(int number) {
    return new Document("openid", "o" + number)
        .append("access_token", "AT" + number)
        .append("refresh_token", "RT")
        .append("scope", "snsapi_userinfo")
        .append("expires_in", 7200)
        .append("create_at", "1538990000000");
  }
}
