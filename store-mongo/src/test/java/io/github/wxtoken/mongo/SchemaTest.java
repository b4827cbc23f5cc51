package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requirements on the collection, and the messages if they are not met. */
@SuppressWarnings("NullAway.Init") // the database is made before each test
class SchemaTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final String CREATE = "db.tokens.createIndex({openid: 1}, {unique: true})";

  private String url;
  private MongoDatabase database;

  @BeforeEach
  void makeDatabase() {
    url = Servers.database(SERVER, "schema");
    database = Servers.mongo(url);
  }

  private TokenStore open() {
    return TokenStores.open(url + "&wxtoken.timeout=20000");
  }

  private TokenStore openAndCreate() {
    return TokenStores.open(url + "&wxtoken.timeout=20000&wxtoken.createSchema=true");
  }

  private void index(String key, String options) {
    BsonDocument index = BsonDocument.parse("{name: 'given', key: " + key + "}");
    index.putAll(BsonDocument.parse("{" + options + "}"));
    BsonDocument command = BsonDocument.parse("{createIndexes: 'tokens', indexes: []}");
    command.getArray("indexes").add(index);
    database.runCommand(command);
  }

  private List<String> indexes() {
    List<String> names = new ArrayList<>();
    database.getCollection("tokens").listIndexes().forEach(index -> names.add(index.toString()));
    return names;
  }

  private void assertRefused(String... says) {
    for (boolean create : new boolean[] {false, true}) {
      List<String> before = indexes();
      assertThatThrownBy(() -> (create ? openAndCreate() : open()).close())
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContainingAll(says);
      assertThat(indexes()).isEqualTo(before);
    }
  }

  @Test
  void withoutAUniqueIndexOnOpenidTheMessageShowsTheCommandAndNothingIsCreated() {
    assertThatThrownBy(this::open)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("no unique index on openid")
        .hasMessageEndingWith(CREATE);
    assertThat(database.listCollectionNames()).isEmpty();
  }

  @Test
  void theCommandThatTheMessageShowsMendsIt() {
    database.runCommand(
        BsonDocument.parse(
            "{createIndexes: 'tokens', indexes: [{key: {openid: 1}, name: 'openid_1', unique:"
                + " true}]}"));

    open().close();
  }

  @Test
  void createSchemaCreatesTheIndexBesideDocumentsOfNode() {
    database
        .getCollection("tokens", BsonDocument.class)
        .insertOne(BsonDocument.parse("{openid: 'oA'}"));

    try (TokenStore store = openAndCreate()) {
      assertThat(store.saveTokenIfAbsent("oA", Tokens.token("oA"))).isFalse();
    }

    assertThat(indexes()).anyMatch(index -> index.contains("unique=true"));
    open().close();
  }

  @Test
  void manyProcessesMayCreateTheIndexesAtOnce() throws Exception {
    // MongoDB's build for Windows, which runs where there is no other, dies when many sessions
    // create one collection at once; the indexes are what this is about.
    database.createCollection("tokens");
    database.createCollection("tokens_lease");
    ExecutorService processes = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> opening = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        opening.add(
            () -> {
              try (TokenStore store = openAndCreate()) {
                return store.getToken("oA").isEmpty();
              }
            });
      }
      for (var opened : processes.invokeAll(opening)) {
        assertThat(opened.get()).isTrue();
      }
    } finally {
      processes.shutdownNow();
    }
    assertThat(indexes()).hasSize(2);
  }

  @Test
  void aDescendingIndexIsAsGood() {
    index("{openid: -1}", "unique: true");

    open().close();
    openAndCreate().close();

    assertThat(indexes()).hasSize(2);
  }

  @Test
  void duplicatesThatNodeLeftAreSaidWithTheCommandThatFindsThem() {
    database
        .getCollection("tokens", BsonDocument.class)
        .insertMany(
            List.of(BsonDocument.parse("{openid: 'oA'}"), BsonDocument.parse("{openid: 'oA'}")));

    assertThatThrownBy(this::openAndCreate)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("several documents of one openid")
        .hasMessageContaining("db.tokens.aggregate([{$group:")
        .hasMessageNotContaining("oA");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unique: false | is not unique",
        "unique: true, sparse: true | leaves documents out",
        "unique: true, partialFilterExpression: {scope: 'x'} | leaves documents out",
        "unique: true, hidden: true | is hidden",
        "unique: true, collation: {locale: 'en', strength: 2} | has a collation",
      })
  void anIndexOnOpenidThatDoesNotKeepAllKeysApartIsRefusedWithWhatMendsIt(
      String options, String says) {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know all kinds of indexes");
    index("{openid: 1}", options);

    assertRefused("given", says, "db.tokens.dropIndex(\"given\")", CREATE);
  }

  @Test
  void aHashedIndexAndACompoundOneDoNotCount() {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know all kinds of indexes");
    index("{openid: 1, scope: 1}", "unique: true");
    index("{openid: 'hashed'}", "name: 'hashed'");

    assertThatThrownBy(this::open).hasMessageContaining("no unique index on openid");
    openAndCreate().close();
    assertThat(indexes()).hasSize(4);
  }

  @Test
  void aCollectionWithACollationIsRefusedWhateverItsIndexHas() {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know collations");
    database.runCommand(
        BsonDocument.parse("{create: 'tokens', collation: {locale: 'en', strength: 2}}"));
    index("{openid: 1}", "unique: true, collation: {locale: 'simple'}");

    assertRefused("collation", "byte for byte", "$out");
  }

  @Test
  void anIndexThatDeletesLiveTokensIsRefused() {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know all kinds of indexes");
    database.runCommand(
        BsonDocument.parse(
            "{createIndexes: 'tokens', indexes: [{key: {openid: 1}, name: 'openid_1', unique:"
                + " true}]}"));
    index("{updatedAt: 1}", "expireAfterSeconds: 3600");

    assertRefused("deletes documents by their age", "db.tokens.dropIndex(\"given\")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "capped: true, size: 1000000 | is capped",
        "timeseries: {timeField: 't'} | is a timeseries, and not a collection",
        "viewOn: 'base', pipeline: [] | is a view, and not a collection",
        "collation: {locale: 'en', strength: 1} | has a collation",
        "collation: {locale: 'fr', caseLevel: false} | has a collation",
        "clusteredIndex: {key: {_id: 1}, unique: true}, expireAfterSeconds: 60"
            + " | deletes documents by their age",
      })
  void aCollectionThatLosesOrFoldsDocumentsIsRefused(String options, String says) {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know all kinds of collections");
    database.runCommand(BsonDocument.parse("{create: 'tokens', " + options + "}"));
    database.runCommand(BsonDocument.parse("{create: 'leases', " + options + "}"));

    for (boolean create : new boolean[] {false, true}) {
      assertThatThrownBy(() -> (create ? openAndCreate() : open()).close())
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("tokens")
          .hasMessageContaining(says);
    }
    assertThatThrownBy(
            () ->
                TokenStores.open(
                    url
                        + "&wxtoken.createSchema=true&wxtoken.collection=fine"
                        + "&wxtoken.leaseCollection=leases"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("leases")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{$jsonSchema: {required: ['openid', 'access_token']}}",
        "{$jsonSchema: {additionalProperties: false, properties: {_id: {}, openid: {},"
            + " access_token: {}, refresh_token: {}, scope: {}, expires_in: {}, create_at: {}}}}",
        "{create_at: {$type: 'number'}}",
        "{$expr: {$gt: ['$expires_in', 0]}}"
      })
  void aValidatorThatRefusesWhatTheStoreSavesIsRefused(String validator) {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know validators");
    openAndCreate().close();
    validate(validator, "");

    assertRefused("the collection tokens has a validator that refuses documents", "collMod");
    validate(validator, ", validationAction: 'warn'");
    open().close();
    validate(validator, ", validationAction: 'error', validationLevel: 'off'");
    open().close();
  }

  @Test
  void aValidatorThatTakesWhatTheStoreSavesIsFine() {
    assumeTrue(Servers.isReal(url), "mongo-java-server does not know validators");
    openAndCreate().close();
    validate("{$jsonSchema: {required: ['openid'], properties: {openid: {minLength: 1}}}}", "");

    try (TokenStore store = open()) {
      store.saveToken("oA", Tokens.token("oA"));
    }
  }

  private void validate(String validator, String more) {
    database.runCommand(
        BsonDocument.parse("{collMod: 'tokens', validator: " + validator + more + "}"));
  }

  @Test
  void aSecondUniqueIndexOnLeasesIsRefused() {
    database.runCommand(
        BsonDocument.parse(
            "{createIndexes: 'tokens_lease', indexes: [{key: {owner: 1}, name: 'given', unique:"
                + " true}]}"));

    assertThatThrownBy(this::openAndCreate)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("db.tokens_lease.dropIndex(\"given\")");
  }

  @Test
  void tokensAndLeasesInOneCollectionAreRefused() {
    String one = url + "&wxtoken.collection=both&wxtoken.leaseCollection=both";
    assertThatThrownBy(() -> TokenStores.open(one)).isInstanceOf(IllegalArgumentException.class);
    MongoTokenStore.Builder builder =
        MongoTokenStore.builder(database).collection("both").leaseCollection("both");
    assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherCollectionsAreUsedWhereTheyAreNamed() {
    try (TokenStore store =
        TokenStores.open(
            url
                + "&wxtoken.timeout=20000&wxtoken.createSchema=true"
                + "&wxtoken.collection=wx.grants&wxtoken.leaseCollection=wx_leases")) {
      store.saveToken("oA", Tokens.token("oA"));
    }

    assertThat(database.getCollection("wx.grants").countDocuments()).isEqualTo(1);
    assertThat(database.listCollectionNames()).contains("wx_leases").doesNotContain("tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "$cmd", "a-b", "1a", "a b", "é"})
  void aNameThatIsNoneIsRefused(String name) {
    assertThatThrownBy(() -> MongoTokenStore.builder(database).collection(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MongoTokenStore.builder(database).leaseCollection(name))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
