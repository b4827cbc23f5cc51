package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.jspecify.annotations.Nullable;

/**
 * Stores tokens in a collection of MongoDB, by default {@code tokens}: one document each, in the
 * shape that mongoose writes with the code of wechat-oauth's README, so that Node processes may
 * continue to use it. Fields that have no place in that shape are in a subdocument {@code wxtoken}.
 *
 * <p>Each operation is one command on the primary and ends within the timeout (3 seconds unless set
 * otherwise). A write is acknowledged once it is in the journals of a majority, and a read returns
 * only data that a majority has acknowledged, whatever the URL or the application's database
 * configures. On a replica set, the driver retries a command whose connection broke, and the server
 * does not execute it twice. Elsewhere, and after a timeout, a write may have taken effect: it
 * fails with a {@link TokenStoreException}. A command that a server refuses because it is no longer
 * the primary is retried until the deadline. After an outage the store recovers by itself.
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
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Number of documents per page of a scan. */
  private static final int PAGE = 500;

  /**
   * Maximum number of attempts of a write that collides with another one. At each collision,
   * another write has succeeded.
   */
  private static final int MAX_TRIES = 10;

  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
  private static final BsonDocument BY_OPENID =
      new BsonDocument(TokenCodec.OPENID, new BsonInt32(1));

  private final Database database;
  private final Documents<TokenDocument> tokens;
  private final Leases leases;
  private final String description;

  /**
   * Whether the server supports $bsonSize, and so can tell the size of a document before it is
   * loaded.
   */
  private volatile boolean bounded = true;

  private MongoTokenStore(Database database, String name, String leaseName, boolean createSchema) {
    Schema.require(database, name, createSchema);
    this.database = database;
    this.tokens = new Documents<>(name, TokenDocument.class);
    this.leases = new Leases(database, leaseName, createSchema);
    this.description = Description.of(database, name);
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
    return Driver.use(() -> new Builder(database));
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return Optional.ofNullable(find(openid)).map(document -> document.require(openid));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenDocument document = requireDocument(openid, token);
    database.run(
        "save the token of " + openid,
        tokens,
        collection -> {
          for (int tries = 1; ; tries++) {
            try {
              return collection.get().replaceOne(TokenCodec.key(openid), document, UPSERT);
            } catch (MongoException e) {
              // Two concurrent inserts collide; now there is a document to replace.
              requireCollision(e, tries);
            }
          }
        });
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    TokenDocument document = requireDocument(openid, token);
    return database.decide(
        "save the token of " + openid,
        tokens,
        collection -> {
          for (int tries = 1; ; tries++) {
            try {
              collection.get().insertOne(document);
              return true;
            } catch (MongoException e) {
              requireCollision(e, tries);
              // Unless the document was deleted, or another unique index refuses the new one.
              if (find(collection, openid).projection(TokenCodec.nothing()).first() != null) {
                return false;
              }
            }
          }
        });
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenDocument document = requireDocument(openid, token);
    return database.decide(
        "replace the token of " + openid,
        tokens,
        collection ->
            collection.get().replaceOne(TokenCodec.grant(expected), document).getMatchedCount()
                > 0);
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return database.decide(
        "delete the token of " + openid,
        tokens,
        collection -> collection.get().deleteOne(TokenCodec.key(openid)).getDeletedCount() > 0);
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
    // The empty text sorts before every key. Nothing is read before the stream is.
    return Stream.iterate(new Page("", List.of(), false), page -> page != null, this::next)
        .flatMap(page -> page.documents().stream())
        .mapMulti(
            (document, sink) -> {
              OAuthToken token = readable(document, corrupt);
              if (token != null) {
                sink.accept(token);
              }
            });
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

  /** Closes the client if the store opened it from a URL. A second call does nothing. */
  @Override
  public void close() {
    database.close();
  }

  private record Page(String last, List<TokenDocument> documents, boolean end) {}

  private @Nullable Page next(Page before) {
    if (before.end()) {
      return null;
    }
    return database.run("list tokens", tokens, collection -> page(collection.get(), before.last()));
  }

  /**
   * Returns the documents of one answer of the server: at most 16 MB, however large the documents
   * are.
   */
  private @Nullable Page page(MongoCollection<TokenDocument> collection, String last) {
    try (MongoCursor<TokenDocument> cursor = scan(collection, TokenCodec.after(last))) {
      List<TokenDocument> documents = new ArrayList<>();
      while (documents.size() < PAGE && cursor.available() > 0) {
        documents.add(cursor.next());
      }
      return documents.isEmpty()
          ? null
          : new Page(
              documents.get(documents.size() - 1).openid(),
              documents,
              documents.size() < PAGE && cursor.getServerCursor() == null);
    }
  }

  private MongoCursor<TokenDocument> scan(
      MongoCollection<TokenDocument> collection, BsonDocument filter) {
    return sized(
        () -> scanFit(collection, filter),
        () -> collection.find(filter).sort(BY_OPENID).limit(PAGE).batchSize(PAGE).cursor());
  }

  private static MongoCursor<TokenDocument> scanFit(
      MongoCollection<TokenDocument> collection, BsonDocument filter) {
    List<BsonDocument> stages =
        List.of(
            new BsonDocument("$match", filter),
            new BsonDocument("$sort", BY_OPENID),
            new BsonDocument("$limit", new BsonInt32(PAGE)),
            TokenCodec.withoutLarge());
    return collection.aggregate(stages).batchSize(PAGE).cursor();
  }

  private static @Nullable OAuthToken readable(
      TokenDocument document, Consumer<CorruptTokenException> corrupt) {
    try {
      return document.require(document.openid());
    } catch (CorruptTokenException e) {
      corrupt.accept(e);
      return null;
    }
  }

  private @Nullable TokenDocument find(String openid) {
    return database.run(
        "read the token of " + openid,
        tokens,
        collection ->
            sized(() -> findFit(collection, openid), () -> find(collection, openid).first()));
  }

  /**
   * Runs the query that asks for sizes, or the one without them if the server (MongoDB before 4.4)
   * does not support that. Only the query itself shows it, since a server may evaluate it late.
   */
  private <T extends @Nullable Object> T sized(Supplier<T> query, Supplier<T> withoutSizes) {
    if (bounded) {
      try {
        return query.get();
      } catch (MongoException e) {
        if (!Schema.UNKNOWN_OPERATORS.contains(e.getCode())) {
          throw e;
        }
        bounded = false;
        Schema.warnOfSizes(tokens.name());
      }
    }
    return withoutSizes.get();
  }

  /**
   * Returns a document that is small enough. Sends a second query only if the first finds no
   * document, or one that is too large.
   */
  private static @Nullable TokenDocument findFit(
      Supplier<MongoCollection<TokenDocument>> collection, String openid) {
    while (true) {
      TokenDocument found = collection.get().find(TokenCodec.fit(openid)).first();
      if (found != null) {
        return found;
      }
      TokenDocument other = find(collection, openid).projection(TokenCodec.onlySize()).first();
      if (other == null || other.isOversized()) {
        return other;
      }
      // The document was written between the two queries.
    }
  }

  private static FindIterable<TokenDocument> find(
      Supplier<MongoCollection<TokenDocument>> collection, String openid) {
    return collection.get().find(TokenCodec.key(openid));
  }

  private static TokenDocument requireDocument(String openid, OAuthToken token) {
    TokenCodec.check(TokenStores.requireToken(openid, token));
    return TokenDocument.of(token);
  }

  private static void requireCollision(MongoException e, int tries) {
    if (e.getCode() != Schema.DUPLICATE_KEY || tries == MAX_TRIES) {
      throw e;
    }
  }

  /** Sets up a store on the application's own client. Not safe for use by several threads. */
  public static final class Builder {
    private final MongoDatabase database;
    private String collection = "tokens";
    private @Nullable String leaseCollection;
    private boolean createSchema;
    private Duration timeout = TIMEOUT;

    private Builder(MongoDatabase database) {
      if (database == null) {
        throw new IllegalArgumentException("database must not be null");
      }
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
      Schema.requireTwo(collection, lease);
      return Driver.use(
          () ->
              new MongoTokenStore(Database.of(database, timeout), collection, lease, createSchema));
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
    public TokenStore open(String url, StoreOptions options) {
      return Driver.use(() -> connect(url, options));
    }

    private static TokenStore connect(String url, StoreOptions options) {
      String collection = Schema.requireName(options.text("collection", "tokens"));
      String lease = Schema.requireName(options.text("leaseCollection", collection + "_lease"));
      Schema.requireTwo(collection, lease);
      boolean createSchema = options.flag("createSchema", false);
      Duration timeout = TokenStores.requireTimeout(options.millis("timeout", TIMEOUT));
      Database database = Database.open(url, timeout, options);
      try {
        return new MongoTokenStore(database, collection, lease, createSchema);
      } catch (RuntimeException | Error e) {
        database.close();
        throw e;
      }
    }
  }
}
