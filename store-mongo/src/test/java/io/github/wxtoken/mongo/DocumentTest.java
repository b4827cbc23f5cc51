package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of a document, and the documents that can be read. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class DocumentTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final OAuthToken TOKEN = Tokens.token("oA");

  private MongoCollection<BsonDocument> documents;
  private TokenStore store;

  @BeforeEach
  void open() {
    String url = Servers.database(SERVER, "documents");
    store = TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.timeout=20000");
    documents = Servers.mongo(url).getCollection("tokens", BsonDocument.class);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** The only document there is. */
  private BsonDocument stored() {
    return Objects.requireNonNull(documents.find().first());
  }

  private BsonDocument storedWithoutId() {
    BsonDocument document = stored();
    assertThat(document.isObjectId("_id")).isTrue();
    document.remove("_id");
    return document;
  }

  private void plant(String json) {
    documents.deleteMany(new BsonDocument());
    documents.insertOne(BsonDocument.parse(json));
  }

  private void set(String json) {
    documents.updateOne(new BsonDocument(), BsonDocument.parse("{$set: " + json + "}"));
  }

  @Test
  void aTokenHasTheFieldsAndTypesOfWechatOauthsSchema() {
    store.saveToken("oA", TOKEN);

    assertThat(storedWithoutId())
        .isEqualTo(
            BsonDocument.parse(
                """
                {
                  "access_token": "CANARY-access-of-oA",
                  "expires_in": {"$numberInt": "7200"},
                  "refresh_token": "CANARY-refresh-of-oA",
                  "openid": "oA",
                  "scope": "snsapi_userinfo",
                  "create_at": "1538990000000"
                }
                """));
  }

  @Test
  void whatTheSchemaHasNoPlaceForIsInASubdocumentWithTheCreateAtThatItBelongsTo() {
    store.saveToken(
        "oA",
        TOKEN.toBuilder()
            .unionid("o6_u")
            .sessionKey("CANARY-session")
            .extraJson("{\"b\":1.10,\"a\":123456789012345678901}")
            .build());

    assertThat(storedWithoutId().get("wxtoken"))
        .isEqualTo(
            BsonDocument.parse(
                """
                {
                  "create_at": "1538990000000",
                  "unionid": "o6_u",
                  "session_key": "CANARY-session",
                  "extra": "{\\"b\\":1.10,\\"a\\":123456789012345678901}"
                }
                """));
  }

  @Test
  void whatATokenLacksIsLeftOut() {
    OAuthToken session = OAuthToken.builder().openid("oA").sessionKey("k").createAt(1).build();

    store.saveToken("oA", session);

    assertThat(storedWithoutId())
        .isEqualTo(
            BsonDocument.parse(
                "{expires_in: 0, openid: 'oA', create_at: '1',"
                    + " wxtoken: {create_at: '1', session_key: 'k'}}"));
  }

  @Test
  void aLifeBeyond32BitsIsALong() {
    store.saveToken("oA", TOKEN.toBuilder().expiresIn(2_147_483_648L).build());

    assertThat(stored().isInt64("expires_in")).isTrue();
  }

  @Test
  void savingAndReplacingKeepTheId() {
    store.saveTokenIfAbsent("oA", TOKEN);
    BsonValue id = stored().get("_id");

    store.saveToken("oA", Tokens.renewed(TOKEN));
    assertThat(store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN)).isTrue();

    assertThat(stored().get("_id")).isEqualTo(id);
  }

  @Test
  void aDocumentOfMongooseIsReadWhateverElseIsInIt() {
    plant(
        """
        {"__v": 0, "openid": "oA", "access_token": "CANARY-access-of-oA",
         "refresh_token": "CANARY-refresh-of-oA",
         "scope": "snsapi_userinfo", "expires_in": 7200, "create_at": "1538990000000",
         "nickname": {"deep": [1, null]}, "updatedAt": {"$date": "2020-01-01T00:00:00Z"}}
        """);

    assertThat(store.getToken("oA")).contains(TOKEN);
    assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isTrue();
    assertThat(store.getToken("oA")).contains(Tokens.renewed(TOKEN));
  }

  @Test
  void theSubdocumentOfAGrantThatNodeOverwroteDoesNotCount() {
    store.saveToken(
        "oA", TOKEN.toBuilder().unionid("o6_u").sessionKey("k").extraJson("{\"a\":1}").build());

    set("{access_token: 'AT-of-node', create_at: '1538990000001'}");

    OAuthToken nodes =
        TOKEN.toBuilder().accessToken("AT-of-node").createAt(1_538_990_000_001L).build();
    assertThat(stored().containsKey("wxtoken")).isTrue();
    assertThat(store.getToken("oA")).contains(nodes);
    assertThat(store.replaceToken("oA", nodes.toBuilder().sessionKey("k").build(), TOKEN))
        .isFalse();
    assertThat(store.replaceToken("oA", nodes, TOKEN)).isTrue();
    assertThat(stored().containsKey("wxtoken")).isFalse();
  }

  @Test
  void theSubdocumentCountsAgainWhenNodeWritesTheSameGrant() {
    OAuthToken token = TOKEN.toBuilder().unionid("o6_u").build();
    store.saveToken("oA", token);

    set("{create_at: '1538990000000', expires_in: 7200}");

    assertThat(store.getToken("oA")).contains(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'1538990000000'",
        "{$numberLong: '1538990000000'}",
        "{$numberDouble: '1538990000000'}"
      })
  void aTimeOfEveryFormIsReadAndComparedAsANumber(String createAt) {
    store.saveToken("oA", TOKEN.toBuilder().unionid("o6_u").build());
    set("{create_at: " + createAt + "}");

    OAuthToken read = store.getToken("oA").orElseThrow();

    assertThat(read).isEqualTo(TOKEN.toBuilder().unionid("o6_u").build());
    assertThat(store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN)).isFalse();
    assertThat(store.replaceToken("oA", read, Tokens.renewed(TOKEN))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'0'", "0", "{$numberDouble: '-0.0'}", "null"})
  void noTimeIsTheBeginningOfTimeAndIsReplaced(String createAt) {
    plant("{openid: 'oA', access_token: 'AT', create_at: " + createAt + "}");

    OAuthToken read = store.getToken("oA").orElseThrow();

    assertThat(read.createAt()).isZero();
    assertThat(read.expiresIn()).isZero();
    assertThat(store.replaceToken("oA", read, TOKEN)).isTrue();
  }

  @Test
  void missingFieldsAreNullOrZeroAndTheDocumentIsReplaced() {
    plant("{openid: 'oA'}");

    OAuthToken read = store.getToken("oA").orElseThrow();

    assertThat(read).isEqualTo(OAuthToken.builder().openid("oA").build());
    assertThat(store.replaceToken("oA", read, TOKEN)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'CANARY'",
        "''",
        "'01538990000000'",
        "' 1538990000000'",
        "'1538990000000 '",
        "'+1538990000000'",
        "'1538990000000.0'",
        "'1.53899e12'",
        "'-1'",
        "'9223372036854775808'",
        "-1",
        "1538990000000.5",
        "{$numberDouble: '9223372036854775808'}",
        "{$numberDouble: 'NaN'}",
        "{$numberDouble: 'Infinity'}",
        "{$numberDouble: '-Infinity'}",
        "{$date: '2018-10-08T09:13:20Z'}",
        "true"
      })
  void aTimeThatIsNoWholeNumberIsACorruptRecordAndNotTakenForANumber(String createAt) {
    store.saveToken("oA", TOKEN);
    set("{create_at: " + createAt + "}");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessage(
            "The stored token of oA cannot be read: create_at is not a whole number from 0");
    assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "refresh_token", "scope", "expires_in"})
  void aFieldOfAnotherTypeIsACorruptRecordThatNamesTheFieldAndNotTheContent(String field) {
    store.saveToken("oA", TOKEN);
    set("{" + field + ": {secret: 'CANARY'}}");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining("oA")
        .hasMessageContaining(field)
        .hasMessageNotContaining("CANARY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{create_at: '1538990000000', extra: 'CANARY'}",
        "{create_at: '1538990000000', extra: '{\"openid\":\"CANARY\"}'}",
        "{create_at: '1538990000000', unionid: ['CANARY']}"
      })
  void aBrokenSubdocumentIsACorruptRecord(String ours) {
    store.saveToken("oA", TOKEN);
    set("{wxtoken: " + ours + "}");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining("oA")
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void aKeyInAListIsNotTheKey() {
    plant("{openid: ['oA', 'oB'], access_token: 'CANARY'}");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining("oA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
  void halfASurrogatePairIsRefusedByNameAndNothingChanges(String half) {
    store.saveToken("oA", TOKEN);
    OAuthToken scope = TOKEN.toBuilder().scope(half).build();

    assertThatThrownBy(() -> store.saveToken("oA", scope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scope must not hold half a surrogate pair");
    assertThatThrownBy(() -> store.saveTokenIfAbsent("oA", scope))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.replaceToken("oA", TOKEN, scope))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.getToken("oA")).contains(TOKEN);
  }

  /** Its JSON has them escaped. */
  @Test
  void extraMayHoldHalfASurrogatePair() {
    OAuthToken extra = TOKEN.toBuilder().extra(Map.of("a", "\ude00\ud83d")).build();

    store.saveToken("oA", extra);

    assertThat(store.getToken("oA")).contains(extra);
  }

  @Test
  void aScanGoesOnPastABrokenRecord() {
    store.saveToken("oA", TOKEN);
    documents.insertOne(
        new BsonDocument("openid", new BsonString("oB")).append("scope", BsonBoolean.TRUE));
    store.saveToken("oC", Tokens.token("oC"));

    List<CorruptTokenException> corrupt = new ArrayList<>();
    assertThat(store.tokens(corrupt::add)).containsExactly(TOKEN, Tokens.token("oC"));
    assertThat(corrupt).singleElement().extracting(CorruptTokenException::openid).isEqualTo("oB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"['oA', 'oB']", "'o A'", "''", "'oA\\n'", "7", "null", "{a: 'oA'}"})
  void aDocumentWhoseKeyIsNoneIsNoTokenOfTheStore(String key) {
    store.saveToken("oC", Tokens.token("oC"));
    documents.insertOne(BsonDocument.parse("{openid: " + key + ", scope: true}"));

    List<CorruptTokenException> corrupt = new ArrayList<>();
    assertThat(store.tokens(corrupt::add)).containsExactly(Tokens.token("oC"));
    assertThat(corrupt).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "refresh_token", "scope", "wxtoken.unionid"})
  void aTextThatIsTooLongIsACorruptRecord(String field) {
    store.saveToken("oA", TOKEN.toBuilder().unionid("o6_u").build());
    set("{'" + field + "': '" + "x".repeat(TokenStores.MAX_RECORD_CHARS + 1) + "'}");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining("more than 65536 characters");
  }
}
