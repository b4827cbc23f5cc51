package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that are too large to be loaded, and how much a server sends for them. */
@EnabledIf(value = "knowsSizes", disabledReason = "mongo-java-server does not know $bsonSize")
@SuppressWarnings("NullAway.Init") // the store is opened before the tests
class SizeTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final OAuthToken TOKEN = Tokens.token("oA");
  private static final String LARGE = "x".repeat(5_000_000);

  /** For an answer without documents. */
  private static final long FEW_BYTES = 10_000;

  private static final AtomicLong LARGEST = new AtomicLong();
  private static MongoClient client;
  private static TokenStore store;
  private static MongoCollection<Document> documents;

  static boolean knowsSizes() {
    return Servers.isReal(SERVER.url());
  }

  private static final class Listener implements CommandListener {
    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
      RawBsonDocument answer = (RawBsonDocument) event.getResponse();
      LARGEST.accumulateAndGet(answer.getByteBuffer().remaining(), Math::max);
    }
  }

  @BeforeAll
  static void open() {
    String url = Servers.database(SERVER, "sizes");
    client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(url))
                .addCommandListener(new Listener())
                .build());
    store =
        MongoTokenStore.builder(client.getDatabase("wx_alone_sizes"))
            .createSchema(true)
            .timeout(Duration.ofSeconds(30))
            .build();
    documents = Servers.mongo(url).getCollection("tokens");
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @BeforeEach
  void empty() {
    documents.deleteMany(new Document());
    LARGEST.set(0);
  }

  private static Document document(String openid) {
    return new Document("openid", openid)
        .append("access_token", "AT")
        .append("refresh_token", "RT")
        .append("expires_in", 7200)
        .append("create_at", "1538990000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "scope", "nickname", "wxtoken", "create_at", "_id"})
  void aDocumentWithALargeFieldIsCorruptAndNotLoaded(String field) {
    Object value = field.equals("wxtoken") ? new Document("extra", LARGE) : LARGE;
    documents.insertOne(document("oA").append(field, value));

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessage(
            "The stored token of oA cannot be read: it has more than 262144 bytes, and was not"
                + " loaded");
    assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isFalse();
    assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isFalse();
    List<CorruptTokenException> corrupt = new ArrayList<>();
    assertThat(store.tokens(corrupt::add)).isEmpty();
    assertThat(corrupt).singleElement().extracting(CorruptTokenException::openid).isEqualTo("oA");
    assertThat(LARGEST).hasValueLessThan(FEW_BYTES);
  }

  @Test
  void aKeyInALargeListIsNotLoaded() {
    documents.insertOne(document("oA").append("openid", List.of("oA", LARGE)));

    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
    assertThat(LARGEST).hasValueLessThan(FEW_BYTES);
  }

  @Test
  void savingOverADocumentThatIsTooLargeMendsIt() {
    documents.insertOne(document("oA").append("nickname", LARGE));

    store.saveToken("oA", TOKEN);

    assertThat(store.getToken("oA")).contains(TOKEN);
  }

  @Test
  void aDocumentThatIsTooLargeIsDeleted() {
    documents.insertOne(document("oA").append("nickname", LARGE));

    assertThat(store.deleteToken("oA")).isTrue();
    assertThat(store.getToken("oA")).isEmpty();
  }

  @Test
  void oneByteDecides() {
    documents.insertOne(document("oA").append("nickname", ""));
    Document stored = documents.find().first();
    int size = new RawBsonDocument(stored, new DocumentCodec()).getByteBuffer().remaining();
    String fitting = "x".repeat(TokenDocument.MAX_BYTES - size);

    documents.updateOne(new Document(), new Document("$set", new Document("nickname", fitting)));
    assertThat(store.getToken("oA")).isPresent();
    assertThat(store.tokens()).hasSize(1);

    documents.updateOne(
        new Document(), new Document("$set", new Document("nickname", fitting + "x")));
    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
    assertThat(store.tokens()).isEmpty();
  }

  @Test
  void aScanOfManyLargeDocumentsReportsEachAndLoadsNone() {
    for (int i = 0; i < 30; i++) {
      documents.insertOne(document("o" + i).append("nickname", i % 3 == 0 ? "" : LARGE));
    }

    List<CorruptTokenException> corrupt = new ArrayList<>();
    assertThat(store.tokens(corrupt::add)).hasSize(10);
    assertThat(corrupt).hasSize(20);
    assertThat(LARGEST).hasValueLessThan(FEW_BYTES);
  }

  @Test
  void aScanOfDocumentsThatTogetherExceedOneAnswerHasEachOnce() {
    String most = "x".repeat(TokenDocument.MAX_BYTES - 1_000);
    List<Document> many = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      many.add(document("o" + i).append("nickname", most));
    }
    documents.insertMany(many);

    assertThat(store.tokens().map(OAuthToken::openid)).doesNotHaveDuplicates().hasSize(150);
    assertThat(LARGEST).hasValueLessThan(17_000_000);
  }

  @Test
  void aLeaseWithALargeOwnerIsHeldAndNotLoaded() {
    MongoCollection<Document> leases =
        Servers.mongo(Servers.withDatabase(SERVER.url(), "wx_alone_sizes"))
            .getCollection("tokens_lease");
    leases.deleteMany(new Document());
    leases.insertOne(
        new Document("_id", "refresh:oA")
            .append("owner", LARGE)
            .append("junk", LARGE)
            .append("expires_at", Date.from(Instant.now().plus(Duration.ofHours(1)))));

    assertThat(store.tryLease("refresh:oA", Duration.ofMinutes(1))).isEmpty();
    assertThat(LARGEST).hasValueLessThan(FEW_BYTES);
  }
}
