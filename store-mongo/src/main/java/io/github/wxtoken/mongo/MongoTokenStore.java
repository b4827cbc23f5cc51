package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import io.github.wxtoken.CorruptTokenException;
import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStoreProvider;
import io.github.wxtoken.TokenStores;
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
 * Tokens in a collection of MongoDB, by default {@code tokens}: one document each, as mongoose
 * writes it by wechat-oauth's README, so that Node processes may go on using it. What that shape
 * has no place for is in a subdocument {@code wxtoken}.
 *
 * <p>Each operation is one command on the primary and ends within the timeout (3 seconds unless set
 * otherwise). A write is acknowledged once it is in the journals of a majority, and what is read
 * has been acknowledged by one, whatever the URL or the application's database says. On a replica
 * set the driver sends a command whose connection broke once again, without doing it twice;
 * elsewhere, and when time is over, nobody knows whether a write took effect: it fails with a
 * {@link TokenStoreException}. A command that a server refuses since it is no primary any more is
 * repeated until the deadline. After an outage the store recovers by itself.
 *
 * <p>A document of more than 256 KiB is a {@link CorruptTokenException}. The server checks the size
 * from MongoDB 4.4 on, and does not send such a document; an older one does.
 *
 * <p>Half a surrogate pair in a token, but for its extra, is an {@link IllegalArgumentException}:
 * BSON cannot hold it.
 *
 * <p>Thread-safe. No monitor is held during I/O by this class.
 */
public final class MongoTokenStore implements TokenStore {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Documents read at a time in a scan. */
  private static final int PAGE = 500;

  /** How often a write is tried that collides with another's; each time another one has won. */
  private static final int MAX_TRIES = 10;

  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
  private static final BsonDocument BY_OPENID =
      new BsonDocument(TokenCodec.OPENID, new BsonInt32(1));

  private final Database database;
  private final Documents<TokenDocument> tokens;
  private final Leases leases;
  private final String description;

  /** Whether the server knows $bsonSize, and so how large a document is before it is loaded. */
  private volatile boolean bounded = true;

  private MongoTokenStore(Database database, String name, String leaseName, boolean createSchema) {
    Schema.require(database, name, createSchema);
    this.database = database;
    this.tokens = new Documents<>(name, TokenDocument.class);
    this.leases = new Leases(database, leaseName, createSchema);
    this.description = Description.of(database, name);
  }

  /**
   * Starts a store on a client that the application has. {@link TokenStores#open} is for a store
   * with a client of its own.
   *
   * @param database where the collections are; the store does not close its client, and sets
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
              // Two that insert at once collide: now there is one to replace.
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
              // Unless it is gone again, or it is some other unique index that refuses it.
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
   * Returns every token. Documents are read in pages of at most 16 MB, by openid, so no cursor is
   * open while the caller works, and the stream need not be closed. Documents whose {@code openid}
   * is none are left out.
   *
   * @param corrupt receives each document that is no token, or too large to be loaded
   * @return the tokens, as {@link TokenStore#tokens} describes
   */
  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    database.requireOpen();
    // Empty before every key: nothing is read before the stream is.
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

  /** Closes the client if the store opened it, from a URL. A second call does nothing. */
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

  /** Takes what the server sends at once: at most 16 MB, however large the documents are. */
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
   * Runs the query that asks for sizes, or the one that does not where the server cannot tell them:
   * MongoDB before 4.4. Only the query finds that out, since a server may evaluate it late.
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

  /** Asks a second time only where there is no document, or one that is too large. */
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
      // It was written in between.
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
     * @param collection its name; {@code tokens} by default, as mongoose calls it
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
     * @param leaseCollection its name; that of the collection of tokens and {@code _lease} by
     *     default
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_.]}
     */
    public Builder leaseCollection(String leaseCollection) {
      this.leaseCollection = Schema.requireName(leaseCollection);
      return this;
    }

    /**
     * Says whether indexes that are missing are created: the unique one on {@code openid}, and the
     * one by which MongoDB deletes leases that are over.
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
     * @param timeout from 500 milliseconds to a minute; 3 seconds by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration timeout) {
      this.timeout = TokenStores.requireTimeout(timeout);
      return this;
    }

    /**
     * Connects, and checks that tokens can be kept in the collection.
     *
     * @return the store
     * @throws TokenStoreException if the database cannot be reached, or the collection lacks the
     *     unique index or has what endangers tokens: the message says what to do
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
