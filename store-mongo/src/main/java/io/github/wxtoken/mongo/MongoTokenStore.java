package io.github.wxtoken.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.MongoIterable;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.result.InsertManyResult;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenScan;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores tokens in a collection of MongoDB, by default {@code tokens}: one document each, in the
 * shape that mongoose writes with the code of wechat-oauth's README, so that Node processes may
 * continue to use it. Fields that have no place in that shape are in a subdocument {@code wxtoken}.
 *
 * <p>Each operation but {@link #saveTokensIfAbsent} is one command on the primary and ends within
 * the timeout (3 seconds unless set otherwise). A write is acknowledged once it is in the journals
 * of a majority, and a read returns only data that a majority has acknowledged, whatever the URL or
 * the application's database configures. On a replica set, the driver retries a command whose
 * connection broke, and the server does not execute it twice. Elsewhere, and after a timeout, a
 * write may have taken effect: it fails with a {@link TokenStoreException}. A command that a server
 * refuses because it is no longer the primary is retried until the deadline. After an outage the
 * store recovers by itself.
 *
 * <p>A document of more than 256 KiB is a {@link CorruptTokenException}. From MongoDB 4.4 on, the
 * server checks the size and does not send such a document; an older server sends it.
 *
 * <p>An unpaired surrogate in a token, except in its extra, is an {@link IllegalArgumentException}:
 * BSON cannot hold it.
 *
 * <p>Thread-safe. This class holds no monitor during I/O.
 */
public final class MongoTokenStore implements TokenStore {
  private static final Logger LOG = LoggerFactory.getLogger(MongoTokenStore.class);
  private static final String TOKENS = "tokens";
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Number of documents per page of a scan. */
  private static final int PAGE = 500;

  /**
   * Maximum number of attempts of a write that collides with another one. At each collision,
   * another write has succeeded.
   */
  private static final int MAX_TRIES = 10;

  private static final int UNKNOWN_OPERATOR = 168;

  /** How a server refuses the projection; MongoDB 4.2 calls it a bad value. */
  private static final Set<Integer> UNKNOWN_PROJECTION = Set.of(2, UNKNOWN_OPERATOR);

  /** Number of documents that are inserted at once: at most 25 MB. */
  private static final int BATCH = 100;

  /** One that collides keeps none of the others from being inserted. */
  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
  private static final Document BY_OPENID = new Document(TokenDocument.OPENID, 1);

  /** The field of an answer that has the whole document, or null if it is too large. */
  private static final String WHOLE = "document";

  private static final Document IS_TOO_LARGE =
      new Document("$gt", List.of(new Document("$bsonSize", "$$ROOT"), TokenDocument.MAX_BYTES));

  private static final Document UNLESS_TOO_LARGE =
      new Document("_id", 0)
          .append(WHOLE, new Document("$cond", Arrays.asList(IS_TOO_LARGE, null, "$$ROOT")));

  /** A scan needs the key of each document, too. Its filter ensures that it is not large. */
  private static final Document OPENID_AND_WHOLE =
      new Document(UNLESS_TOO_LARGE).append(TokenDocument.OPENID, 1);

  private final Database database;
  private final String name;
  private final MongoLeases leases;
  private final String description;

  /**
   * Whether the server supports $bsonSize, and so can tell the size of a document before it is
   * loaded.
   */
  private volatile boolean checksSize = true;

  private MongoTokenStore(Database database, String name, String leaseName, boolean createSchema) {
    MongoDiagnosis.requireNoSecondary(database);
    Schema.requireTokens(database.mongo(), name, createSchema);
    this.database = database;
    this.name = name;
    this.leases = new MongoLeases(database, leaseName, createSchema);
    this.description = "the collection " + name + " of " + database.describe();
  }

  /**
   * Starts a store on the application's own client. {@link TokenStores#open} opens a store with a
   * client of its own.
   *
   * @param database the database of the collections; the store does not close its client, and sets
   *     timeout, read preference and concerns for its own operations only
   * @return a builder
   * @throws IllegalArgumentException if it is null
   */
  public static Builder builder(MongoDatabase database) {
    if (database == null) {
      throw new IllegalArgumentException("database must not be null");
    }
    return Driver.use(() -> new Builder(timeout -> new Database(database, timeout)));
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    Document found =
        database.run(
            "read the token of " + openid,
            name,
            tokens ->
                find(
                    tokens.get().find(TokenFilters.key(openid)),
                    UNLESS_TOO_LARGE,
                    MongoIterable<Document>::first));
    return Optional.ofNullable(found).map(answer -> read(openid, answer));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    Document document = TokenDocument.of(TokenStores.requireToken(openid, token));
    database.run(
        "save the token of " + openid,
        name,
        tokens -> {
          for (int tries = 1; ; tries++) {
            try {
              return tokens.get().replaceOne(TokenFilters.key(openid), document, UPSERT);
            } catch (MongoException e) {
              // Two concurrent inserts collide; now there is a document to replace.
              requireCollision(e, tries);
            }
          }
        });
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    Document document = TokenDocument.of(TokenStores.requireToken(openid, token));
    return database.decide(
        "save the token of " + openid,
        name,
        tokens -> {
          for (int tries = 1; ; tries++) {
            try {
              tokens.get().insertOne(document);
              return true;
            } catch (MongoException e) {
              requireCollision(e, tries);
              // Unless the document was deleted, or another unique index refuses the new one.
              if (tokens.get().countDocuments(TokenFilters.key(openid)) > 0) {
                return false;
              }
            }
          }
        });
  }

  @Override
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    Map<String, Document> documents = new LinkedHashMap<>();
    for (OAuthToken token : TokenStores.requireTokens(tokens)) {
      documents.put(token.openid(), TokenDocument.of(token));
    }
    database.requireOpen();
    Set<String> inserted = new HashSet<>();
    List<String> openids = List.copyOf(documents.keySet());
    for (int from = 0; from < openids.size(); from += BATCH) {
      inserted.addAll(
          insertAll(openids.subList(from, Math.min(from + BATCH, openids.size())), documents));
    }
    for (OAuthToken token : tokens) {
      // A document that was deleted meanwhile, or another unique index, may be what it met.
      if (!inserted.contains(token.openid()) && saveTokenIfAbsent(token.openid(), token)) {
        inserted.add(token.openid());
      }
    }
    return inserted;
  }

  /** Inserts documents at once, but for those that collide. */
  private Set<String> insertAll(List<String> openids, Map<String, Document> documents) {
    List<Document> batch = openids.stream().map(documents::get).toList();
    return database.decide(
        "save the tokens of " + openids.get(0) + " and " + (openids.size() - 1) + " more",
        name,
        tokens -> {
          Set<String> inserted = new HashSet<>(openids);
          try {
            InsertManyResult unused = tokens.get().insertMany(batch, UNORDERED);
          } catch (MongoBulkWriteException e) {
            MongoFailure.collisions(e).forEach(index -> inserted.remove(openids.get(index)));
          }
          return inserted;
        },
        inserted -> inserted.size() == batch.size());
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    Document document = TokenDocument.of(TokenStores.requireToken(openid, token));
    return database.decide(
        "replace the token of " + openid,
        name,
        tokens ->
            tokens.get().replaceOne(TokenFilters.grant(expected), document).getMatchedCount() > 0);
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return database.decide(
        "delete the token of " + openid,
        name,
        tokens -> tokens.get().deleteOne(TokenFilters.key(openid)).getDeletedCount() > 0);
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    return database.decide(
        "delete the token of " + openid,
        name,
        tokens -> tokens.get().deleteOne(TokenFilters.grant(expected)).getDeletedCount() > 0);
  }

  /**
   * Returns every token. Documents are read in pages of at most 16 MB, ordered by openid, so no
   * cursor is open while the caller works, and the stream need not be closed. Documents without a
   * valid {@code openid} are left out.
   *
   * @param corrupt receives each document that is no token, or is too large to be loaded
   * @return the tokens, as {@link TokenStore#tokens} describes
   */
  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    database.requireOpen();
    return TokenScan.<String, Document>stream(
        last -> database.run("list tokens", name, tokens -> page(tokens.get(), last)),
        answer -> Optional.of(read(answer.getString(TokenDocument.OPENID), answer)),
        corrupt);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    return leases.tryLease(name, atMost);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<StoreFinding> diagnose() {
    return MongoDiagnosis.of(database, name);
  }

  @Override
  public OptionalLong approximateSize() {
    try {
      return OptionalLong.of(
          database.run("count", name, tokens -> tokens.get().estimatedDocumentCount()));
    } catch (TokenStoreException e) {
      return OptionalLong.empty();
    }
  }

  /** Closes the client if the store opened it from a URL. A second call does nothing. */
  @Override
  public void close() {
    database.close();
  }

  private TokenScan.Page<String, Document> page(
      MongoCollection<Document> tokens, @Nullable String last) {
    // The empty text sorts before every key.
    Document filter = TokenFilters.after(Objects.requireNonNullElse(last, ""));
    return find(
        tokens.find(filter).sort(BY_OPENID).limit(PAGE).batchSize(PAGE),
        OPENID_AND_WHOLE,
        MongoTokenStore::firstAnswer);
  }

  /**
   * Returns the documents of one answer of the server: at most 16 MB, however large the documents
   * are.
   */
  private static TokenScan.Page<String, Document> firstAnswer(MongoIterable<Document> found) {
    try (MongoCursor<Document> cursor = found.cursor()) {
      List<Document> answers = new ArrayList<>();
      while (cursor.available() > 0) {
        answers.add(cursor.next());
      }
      boolean isLast =
          answers.isEmpty() || (answers.size() < PAGE && cursor.getServerCursor() == null);
      return new TokenScan.Page<>(
          answers, isLast ? null : answers.get(answers.size() - 1).getString(TokenDocument.OPENID));
    }
  }

  /**
   * Reads documents as the projection says. A server that cannot compute the size (MongoDB before
   * 4.4) sends all of it. Only the query itself shows that, since a server may evaluate it late.
   */
  private <T extends @Nullable Object> T find(
      FindIterable<Document> found,
      Document projection,
      Function<MongoIterable<Document>, T> read) {
    if (checksSize) {
      try {
        return read.apply(found.projection(projection).map(MongoTokenStore::requireWhole));
      } catch (MongoException e) {
        if (!UNKNOWN_PROJECTION.contains(e.getCode())) {
          throw e;
        }
        checksSize = false;
        LOG.warn(
            "This server does not know $bsonSize, which MongoDB has from 4.4 on: a document of many"
                + " megabytes in {} is loaded before it is refused",
            name);
      }
    }
    return read.apply(
        found
            .projection(null)
            .map(
                whole ->
                    new Document(TokenDocument.OPENID, whole.get(TokenDocument.OPENID))
                        .append(WHOLE, whole)));
  }

  /** Some servers ignore an expression of a projection that they do not know. */
  private static Document requireWhole(Document answer) {
    if (!answer.containsKey(WHOLE)) {
      throw new MongoException(UNKNOWN_OPERATOR, "the projection was ignored");
    }
    return answer;
  }

  private static OAuthToken read(String openid, Document answer) {
    return TokenDocument.read(openid, answer.get(WHOLE, Document.class));
  }

  private static void requireCollision(MongoException e, int tries) {
    if (e.getCode() != MongoFailure.DUPLICATE_KEY || tries == MAX_TRIES) {
      throw e;
    }
  }

  /** Sets up a store on the application's own client. Not safe for use by several threads. */
  public static final class Builder {
    private final Function<Duration, Database> database;
    private String collection = TOKENS;
    private @Nullable String leaseCollection;
    private boolean createSchema;
    private Duration timeout = TIMEOUT;

    private Builder(Function<Duration, Database> database) {
      this.database = database;
    }

    /**
     * Sets the collection of the tokens.
     *
     * @param collection its name; {@code tokens} by default, the name that mongoose uses
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_.]}
     */
    public Builder collection(String collection) {
      this.collection = Schema.requireName(collection);
      return this;
    }

    /**
     * Sets the collection of the leases.
     *
     * @param leaseCollection its name; by default the name of the collection of tokens with the
     *     suffix {@code _lease}
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_.]}
     */
    public Builder leaseCollection(String leaseCollection) {
      this.leaseCollection = Schema.requireName(leaseCollection);
      return this;
    }

    /**
     * Sets whether to create missing indexes: the unique one on {@code openid}, and the TTL index
     * that deletes expired leases.
     *
     * @param createSchema true to create them; false by default
     * @return this
     */
    public Builder createSchema(boolean createSchema) {
      this.createSchema = createSchema;
      return this;
    }

    /**
     * Sets the time within which an operation ends.
     *
     * @param timeout from 500 milliseconds to one minute; 3 seconds by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration timeout) {
      this.timeout = TokenStores.requireTimeout(timeout);
      return this;
    }

    /**
     * Connects, and checks that the collection can hold tokens.
     *
     * @return the store
     * @throws TokenStoreException if the database cannot be reached, the collection lacks the
     *     unique index, or an option of the collection endangers tokens; the message says what to
     *     do
     */
    public MongoTokenStore build() {
      String lease =
          leaseCollection == null ? Schema.requireName(collection + "_lease") : leaseCollection;
      if (lease.equals(collection)) {
        throw new IllegalArgumentException(
            "collection and leaseCollection must have different names");
      }
      Database opened = database.apply(timeout);
      try {
        return new MongoTokenStore(opened, collection, lease, createSchema);
      } catch (RuntimeException | Error e) {
        opened.close();
        throw e;
      }
    }
  }

  /** Opens {@code mongodb:} and {@code mongodb+srv:} URLs. */
  public static final class Provider implements TokenStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public boolean accepts(String url) {
      return url.startsWith("mongodb:") || url.startsWith("mongodb+srv:");
    }

    @Override
    public Set<String> options() {
      return Set.of(
          "createSchema",
          "collection",
          "leaseCollection",
          "poolSize",
          "timeout",
          StoreOptions.ALLOW_PLAINTEXT,
          StoreOptions.CA_FILE);
    }

    @Override
    public String schema(String url, StoreOptions options) {
      String collection = options.text("collection", TOKENS);
      return Schema.commands(collection, options.text("leaseCollection", collection + "_lease"));
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      String collection = options.text("collection", TOKENS);
      return Driver.use(
          () ->
              new Builder(timeout -> new Database(MongoTarget.of(url, options), timeout))
                  .collection(collection)
                  .leaseCollection(options.text("leaseCollection", collection + "_lease"))
                  .createSchema(options.flag("createSchema", false))
                  .timeout(options.millis("timeout", TIMEOUT))
                  .build());
    }
  }
}
