package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract guards each clause of the filters and updates that change something. */
@SuppressWarnings("NullAway.Init") // the client is made before the first test
@Tag("faults")
class MongoStatementTest extends StatementContract<BsonDocument> {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final Rewriter<BsonDocument> COMMANDS = new Rewriter<>();
  private static final int STRING = 0;
  private static final int NUMBER = 1;
  private static final int NULL = 2;
  private static MongoClient client;

  MongoStatementTest() {
    super(RewrittenCommands.class, COMMANDS);
  }

  @BeforeAll
  static void connect() throws IOException {
    client = MongoClients.create(Commands.relay(SERVER.url(), COMMANDS));
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @Override
  protected List<StatementMutant<BsonDocument>> mutants() {
    // mongo-java-server does not know $bsonSize, so the store asks it other queries.
    List<StatementMutant<BsonDocument>> reads = Servers.isReal(SERVER.url()) ? reads() : List.of();
    return Stream.of(grants(), forms(), tokens(), reads, leases()).flatMap(List::stream).toList();
  }

  private static List<StatementMutant<BsonDocument>> grants() {
    return List.of(
        StatementMutant.of(
            "replace does not compare access_token",
            replace(filter -> filter.remove("access_token")),
            "Replace.anotherAccessTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare refresh_token",
            replace(filter -> filter.remove("refresh_token")),
            "Replace.anotherRefreshTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare create_at",
            replace(filter -> filter.remove("create_at")),
            "Replace.anotherCreateAtIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare openid",
            replace(filter -> filter.remove("openid")),
            "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike"),
        StatementMutant.of(
            "replace does not compare a session key",
            replace(filter -> filter.remove("wxtoken.session_key")),
            "Replace.anotherSessionKeyIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare the stamp of a session key",
            replace(filter -> filter.remove("wxtoken.create_at")),
            "WrittenByOthers.aSessionThatANodeProcessOverwroteIsNoPartOfItsToken"),
        StatementMutant.of(
            "replace does not compare the lack of a session key",
            replace(filter -> filter.remove("$nor")),
            "Replace.theEmptyStringIsNotNull"),
        StatementMutant.of(
            "replace takes a session key of another stamp for one",
            replace(MongoStatementTest::removeStampOfNone),
            "WrittenByOthers.aSessionThatANodeProcessOverwroteIsNoPartOfItsToken"));
  }

  /** Mutants of the forms in which a field may be written. */
  private static List<StatementMutant<BsonDocument>> forms() {
    return List.of(
        StatementMutant.of(
            "replace does not compare create_at as a string",
            replace(filter -> removeForm(filter, STRING)),
            "Replace.theSameGrantIsReplaced"),
        StatementMutant.of(
            "replace does not compare create_at as a number",
            replace(filter -> removeForm(filter, NUMBER)),
            "WrittenByOthers.aTokenOfANodeProcessIsReplacedLikeOneOfOurs"),
        StatementMutant.of(
            "replace does not take a missing create_at for 0",
            replace(filter -> removeForm(filter, NULL)),
            "aDocumentWithoutCreateAtIsReplaced"),
        StatementMutant.of(
            "replace does not take a missing access_token for null",
            replace(filter -> filter.computeIfPresent("access_token", (name, value) -> set(value))),
            "Replace.nullEqualsNull"),
        StatementMutant.of(
            "replace does not take a missing refresh_token for null",
            replace(
                filter -> filter.computeIfPresent("refresh_token", (name, value) -> set(value))),
            "Replace.nullEqualsNull"));
  }

  private static List<StatementMutant<BsonDocument>> tokens() {
    return List.of(
        StatementMutant.of(
            "insert takes the place of what is there",
            edit("insert", "tokens", MongoStatementTest::upsert),
            "SaveIfAbsent.aTokenThatIsThereStays"),
        StatementMutant.of(
            "an insert of several documents ends at the first that is there",
            edit("insert", "tokens", command -> command.put("ordered", BsonBoolean.TRUE)),
            "SaveAllIfAbsent.aTokenThatIsThereStaysAndKeepsNoOtherFromBeingInserted"),
        StatementMutant.of(
            "delete does not compare openid",
            edit("delete", "tokens", command -> first(command, "deletes", "q").remove("openid")),
            "Delete.noOtherTokenIsDeletedInPlaceOfAMissingOne"));
  }

  private static List<StatementMutant<BsonDocument>> reads() {
    return List.of(
        StatementMutant.of(
            "a read does not look at the size",
            edit("find", "tokens", MongoStatementTest::loadAll),
            "aDocumentThatIsTooLargeIsNotLoaded"),
        StatementMutant.of(
            "a scan does not look at the size",
            scan(MongoStatementTest::loadAll),
            "aDocumentThatIsTooLargeIsNotLoadedByAScan"),
        StatementMutant.of(
            "a scan does not read the key of a document that is too large",
            scan(command -> command.getDocument("projection").remove("openid")),
            "aDocumentThatIsTooLargeIsNotLoadedByAScan"),
        StatementMutant.of(
            "a scan takes lists of keys for keys",
            scan(command -> isKey(command).remove(1)),
            "aListOfKeysIsNoToken"),
        StatementMutant.of(
            "a scan takes any text for a key",
            scan(command -> isKey(command).remove(0)),
            "whatIsNoKeyIsNoToken"),
        StatementMutant.of(
            "a scan begins anew with each page",
            scan(
                command ->
                    command
                        .getDocument("filter")
                        .getDocument("openid")
                        .put("$gt", new BsonString(""))),
            "Scan.aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter"),
        StatementMutant.of(
            "a scan is not in the order of the keys",
            scan(command -> command.put("sort", BsonDocument.parse("{access_token: 1, _id: -1}"))),
            "Scan.aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter"));
  }

  /** Only a scan sorts. */
  private static UnaryOperator<BsonDocument> scan(Consumer<BsonDocument> edit) {
    return edit(
        "find",
        "tokens",
        command -> {
          if (command.containsKey("sort")) {
            edit.accept(command);
          }
        });
  }

  private static void loadAll(BsonDocument find) {
    find.getDocument("projection")
        .getDocument("document")
        .getArray("$cond")
        .set(0, BsonBoolean.FALSE);
  }

  private static BsonArray isKey(BsonDocument find) {
    return find.getDocument("filter").getArray("$and");
  }

  private static List<StatementMutant<BsonDocument>> leases() {
    return List.of(
        StatementMutant.of(
            "lease has a new owner also while it is held",
            lease("owner", choice -> choice.set(0, BsonBoolean.TRUE)),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        StatementMutant.of(
            "lease lasts longer with every refusal",
            lease("expires_at", choice -> choice.set(0, BsonBoolean.TRUE)),
            "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore"),
        StatementMutant.of(
            "lease expires at once",
            lease("expires_at", choice -> choice.set(1, new BsonString("$$NOW"))),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        StatementMutant.of(
            "lease is never over",
            lease(
                "expires_at",
                choice ->
                    choice
                        .get(1)
                        .asDocument()
                        .getArray("$add")
                        .set(1, new BsonInt64(Duration.ofHours(1).toMillis()))),
            "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore"),
        StatementMutant.of(
            "lease leaves the former owner",
            lease("owner", choice -> choice.set(1, new BsonString("$owner"))),
            "Leases.aFreeLeaseIsGranted"),
        StatementMutant.of(
            "lease answers with all of an owner that was planted",
            lease("owner", choice -> choice.set(2, new BsonString("$owner"))),
            "anOwnerThatWasPlantedIsCutToTheLengthOfOurs"),
        StatementMutant.of(
            "leases do not tell names apart that differ by case",
            edit("findAndModify", "tokens_lease", command -> lower(command.getDocument("query"))),
            "Leases.leasesOfDifferentNamesAreIndependent"),
        StatementMutant.of(
            "release does not compare the owner",
            release(filter -> filter.remove("owner")),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.equivalent(
            "release does not compare the name: an owner is a random id of one lease",
            release(filter -> filter.remove("_id"))));
  }

  private static UnaryOperator<BsonDocument> replace(Consumer<BsonDocument> edit) {
    return edit(
        "update",
        "tokens",
        command -> {
          BsonDocument update = command.getArray("updates").get(0).asDocument();
          if (!update.containsKey("upsert")) {
            edit.accept(update.getDocument("q"));
          }
        });
  }

  private static UnaryOperator<BsonDocument> lease(String field, Consumer<List<BsonValue>> edit) {
    return edit(
        "findAndModify",
        "tokens_lease",
        command ->
            edit.accept(first(command, "update", "$set").getDocument(field).getArray("$cond")));
  }

  private static UnaryOperator<BsonDocument> release(Consumer<BsonDocument> edit) {
    return edit(
        "delete",
        "tokens_lease",
        command -> {
          BsonDocument filter = first(command, "deletes", "q");
          // The check at start deletes what it inserted by its name alone.
          if (filter.containsKey("owner")) {
            edit.accept(filter);
          }
        });
  }

  /** Edits the commands of a name on a collection. */
  private static UnaryOperator<BsonDocument> edit(
      String name, String collection, Consumer<BsonDocument> edit) {
    Predicate<BsonDocument> isMeant =
        command -> new BsonString(collection).equals(command.get(name));
    return command -> {
      if (!isMeant.test(command)) {
        return command;
      }
      BsonDocument edited = command.clone();
      edit.accept(edited);
      return edited;
    };
  }

  private static BsonDocument first(BsonDocument command, String array, String field) {
    return command.getArray(array).get(0).asDocument().getDocument(field);
  }

  private static void removeForm(BsonDocument filter, int form) {
    List<BsonValue> forms = filter.getDocument("create_at").getArray("$in");
    if (form < forms.size()) {
      forms.remove(form);
    }
  }

  private static void removeStampOfNone(BsonDocument filter) {
    if (filter.containsKey("$nor")) {
      filter.getArray("$nor").get(0).asDocument().remove("wxtoken.create_at");
    }
  }

  /** Null that is there, and not one that is missing. */
  private static BsonValue set(BsonValue value) {
    return value.isNull() ? new BsonDocument("$type", new BsonInt32(10)) : value;
  }

  private static void upsert(BsonDocument command) {
    BsonDocument document = command.getArray("documents").get(0).asDocument();
    BsonDocument update =
        new BsonDocument("q", new BsonDocument("openid", document.get("openid")))
            .append("u", document)
            .append("upsert", BsonBoolean.TRUE);
    document.remove("_id");
    BsonDocument rest = command.clone();
    command.clear();
    command.append("update", rest.remove("insert"));
    rest.remove("documents");
    command.putAll(rest);
    command.append("updates", new BsonArray(List.of(update)));
  }

  private static void lower(BsonDocument filter) {
    String name = filter.getString("_id").getValue();
    filter.append("_id", new BsonString(name.toLowerCase(Locale.ROOT)));
  }

  static class RewrittenCommands extends MongoContract {
    RewrittenCommands() {
      super(SERVER);
    }

    @Override
    protected TokenStore open() {
      return orWithoutLeases(
          MongoTokenStore.builder(client.getDatabase(Servers.mongo(url).getName()))
              .createSchema(true)
              .timeout(Duration.ofSeconds(20))
              .build());
    }

    @Override
    protected Duration patience() {
      // A mutant of the leases lasts this long; a scan on a busy machine saves for seconds.
      return COMMANDS.isMutating() ? Duration.ofSeconds(20) : super.patience();
    }

    @Test
    void anOwnerThatWasPlantedIsCutToTheLengthOfOurs() {
      assumeTrue(enforcesLeases(), "mongo-java-server cannot lease");
      MongoCollection<Document> leases = Servers.mongo(url).getCollection("tokens_lease");
      Date end = Date.from(Instant.now().plus(Duration.ofHours(1)));
      leases.insertOne(
          new Document("_id", "refresh:oPlanted")
              .append("owner", "\u7528".repeat(100_000))
              .append("expires_at", end));

      try (TokenStore store = open()) {
        assertThat(store.tryLease("refresh:oPlanted", Duration.ofMinutes(1))).isEmpty();
      }
      Document held =
          Objects.requireNonNull(leases.find(new Document("_id", "refresh:oPlanted")).first());
      assertThat(held.getString("owner")).hasSize(36);
      assertThat(held.getDate("expires_at")).isEqualTo(end);
    }

    @Test
    void aDocumentThatIsTooLargeIsNotLoaded() {
      assumeTrue(Servers.isReal(url), "mongo-java-server does not know $bsonSize");
      plantLarge();

      try (TokenStore store = open()) {
        assertThatThrownBy(() -> store.getToken("oA")).hasMessageContaining("was not loaded");
      }
    }

    @Test
    void aDocumentThatIsTooLargeIsNotLoadedByAScan() {
      assumeTrue(Servers.isReal(url), "mongo-java-server does not know $bsonSize");
      plantLarge();

      try (TokenStore store = open()) {
        List<CorruptTokenException> corrupt = new ArrayList<>();
        assertThat(store.tokens(corrupt::add)).isEmpty();
        assertThat(corrupt)
            .singleElement()
            .satisfies(e -> assertThat(e).hasMessageContaining("was not loaded"))
            .extracting(CorruptTokenException::openid)
            .isEqualTo("oA");
      }
    }

    @Test
    void aListOfKeysIsNoToken() {
      Servers.mongo(url)
          .getCollection("tokens")
          .insertOne(new Document("openid", List.of("oA", "oB")));
      assertScanIsEmpty();
    }

    @Test
    void whatIsNoKeyIsNoToken() {
      Servers.mongo(url).getCollection("tokens").insertOne(new Document("openid", "o A"));
      assertScanIsEmpty();
    }

    private void assertScanIsEmpty() {
      try (TokenStore store = open()) {
        List<CorruptTokenException> corrupt = new ArrayList<>();
        assertThat(store.tokens(corrupt::add)).isEmpty();
        assertThat(corrupt).isEmpty();
      }
    }

    private void plantLarge() {
      Servers.mongo(url)
          .getCollection("tokens")
          .insertOne(
              new Document("openid", "oA")
                  .append("access_token", "AT")
                  .append("nickname", "x".repeat(4 * TokenStores.MAX_RECORD_CHARS)));
    }

    @Test
    void aDocumentWithoutCreateAtIsReplaced() {
      OAuthToken token = Tokens.token("oA").toBuilder().createAt(0).build();
      Servers.mongo(url)
          .getCollection("tokens")
          .insertOne(
              new Document("openid", "oA")
                  .append("access_token", token.accessToken())
                  .append("refresh_token", token.refreshToken()));

      try (TokenStore store = open()) {
        assertThat(store.replaceToken("oA", token, Tokens.renewed(token))).isTrue();
      }
    }
  }
}
