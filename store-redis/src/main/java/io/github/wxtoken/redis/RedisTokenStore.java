package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores tokens in Redis or Valkey: a single server, Sentinel's master, or a cluster. The token of
 * an openid is the string {@code wxtoken:<openid>}. Its value is the JSON that a Node process
 * writes with {@code JSON.stringify}.
 *
 * <p>A key lives for the retention (180 days unless set otherwise; a mini program's session 3 days)
 * from its last save. {@link #replaceToken} compares the expected token byte for byte, in a script
 * on the server.
 *
 * <p>An operation ends within the timeout (3 seconds unless set otherwise). Reads are retried. A
 * write that was sent and not answered is not retried, because it may have taken effect: it fails
 * with a {@link TokenStoreException}. After an outage the store recovers by itself.
 *
 * <p>Thread-safe: callers share one connection to each server. This class holds no monitor during
 * I/O.
 */
public final class RedisTokenStore implements TokenStore {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int RETENTION_DAYS = 180;
  private static final int MAX_COMPARISONS = 5;

  private static final Script REPLACE =
      new Script(
          """
          if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) == ARGV[1] then
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return 1
          end
          return 0
          """);

  private static final Script DELETE =
      new Script(
          """
          if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) == ARGV[1] then
            redis.call('DEL', KEYS[1])
            return 1
          end
          return 0
          """);

  private final Redis redis;
  private final StoredTokens tokens;
  private final RedisLeases leases;
  private final String description;

  private RedisTokenStore(Redis redis, StoredTokens tokens, Prefix leasePrefix) {
    this.redis = redis;
    this.tokens = tokens;
    this.leases = new RedisLeases(redis, leasePrefix);
    ServerInfo info = ServerInfo.of(redis);
    info.warnOfEviction();
    // A replica, a user without the right, or a server without memory refuses here and not in a
    // later call.
    String nobody = "open:" + UUID.randomUUID();
    try {
      getToken(nobody);
    } catch (TokenStoreException e) {
      throw new TokenStoreException("cannot open the store: " + e.getMessage(), e.getCause());
    }
    tryLease(nobody, Duration.ofSeconds(1)).ifPresent(Lease::close);
    String version = Driver.version(RedisTokenStore.class.getClassLoader());
    this.description =
        "the keys "
            + tokens.prefix().text()
            + " of "
            + info.product()
            + " "
            + redis.place()
            + ", by Lettuce"
            + (version == null ? "" : " " + version);
  }

  /**
   * Starts a store on the application's own client for a server or Sentinel, with the URI that the
   * client was created with. The store opens one connection of its own with it, and closes only
   * that.
   *
   * <p>The client determines how long connecting takes and how soon it reconnects: by default
   * Lettuce waits up to 30 seconds between attempts. Set its {@code disconnectedBehavior} to {@code
   * REJECT_COMMANDS}; otherwise it sends writes again after a reconnect, and the store logs a
   * warning.
   *
   * @param client opens the connection
   * @return a builder
   * @throws IllegalArgumentException if it is null, or Lettuce is older than 6.6
   */
  public static Builder builder(RedisClient client) {
    if (client == null) {
      throw new IllegalArgumentException("client must not be null");
    }
    Driver.require();
    return new Builder(timeout -> new UsersClient(client), "Redis");
  }

  /**
   * Starts a store on the application's own client for a cluster, as {@link #builder(RedisClient)}
   * does. Switch on the client's topology refresh.
   *
   * @param client opens the connections
   * @return a builder
   * @throws IllegalArgumentException if it is null, or Lettuce is older than 6.6
   */
  public static Builder builder(RedisClusterClient client) {
    if (client == null) {
      throw new IllegalArgumentException("client must not be null");
    }
    Driver.require();
    return new Builder(timeout -> new UsersClient(client), "the Redis cluster");
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return tokens
        .find(redis.begin("read the token of ", openid), openid)
        .map(StoredTokens.Value::token);
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    set(token, SetArgs.Builder.px(tokens.millis(token)));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    return set(token, SetArgs.Builder.px(tokens.millis(token)).nx());
  }

  @Override
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    List<OAuthToken> checked = TokenStores.requireTokens(tokens);
    redis.requireOpen();
    return new TokenInserts(redis, this.tokens).insert(checked);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenStores.requireToken(openid, token);
    byte[] value = StoredTokens.value(token);
    byte[] millis = String.valueOf(tokens.millis(token)).getBytes(StandardCharsets.US_ASCII);
    Redis.Operation operation = redis.begin("replace the token of ", openid);
    return compareAnd(
        operation,
        expected,
        stored -> REPLACE.run(operation, tokens.key(openid), stored, value, millis));
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    Redis.Operation operation = redis.begin("delete the token of ", openid);
    return compareAnd(
        operation, expected, stored -> DELETE.run(operation, tokens.key(openid), stored));
  }

  /** Runs a script that changes a key if its value is still the given one. */
  private boolean compareAnd(
      Redis.Operation operation, OAuthToken expected, Predicate<byte[]> change) {
    for (int i = 0; i < MAX_COMPARISONS; i++) {
      Optional<StoredTokens.Value> stored = tokens.find(operation, expected.openid());
      if (stored.isEmpty() || !stored.get().token().sameGrant(expected)) {
        return false;
      }
      if (change.test(stored.get().bytes())) {
        return true;
      }
      // Others may write the same grant in other bytes, so different bytes alone do not decide.
    }
    throw operation.failed("it was rewritten " + MAX_COMPARISONS + " times meanwhile");
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return redis
            .begin("delete the token of ", openid)
            .write(commands -> commands.del(tokens.key(openid)))
        > 0;
  }

  /**
   * Returns every token. SCAN reads the keys in pages, on one master after the other. The scan
   * remembers the keys, so that each appears once, in 16 to 24 bytes of memory for each.
   *
   * @param corrupt receives each key that has the prefix and an openid, but no readable token
   * @return the readable tokens, as {@link TokenStore#tokens} describes; a connection that breaks
   *     ends the stream with {@link TokenStoreException}, and tokens that a cluster moves from one
   *     master to another meanwhile may be missing
   */
  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return Scan.stream(redis, tokens, corrupt);
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
    return RedisDiagnosis.of(redis);
  }

  /** Counts all keys of the database, those of leases and of others included. */
  @Override
  public OptionalLong approximateSize() {
    try {
      Redis.Operation operation = redis.begin("count the keys", "");
      long keys = 0;
      for (StatefulRedisConnection<byte[], byte[]> master : operation.masters()) {
        keys += operation.read(commands -> master.async().dbsize());
      }
      return OptionalLong.of(keys);
    } catch (TokenStoreException e) {
      return OptionalLong.empty(); // The user need not have the right to DBSIZE.
    }
  }

  /** Closes the connections that the store opened. A second call does nothing. */
  @Override
  public void close() {
    redis.close();
  }

  private boolean set(OAuthToken token, SetArgs how) {
    byte[] value = StoredTokens.value(token);
    byte[] key = tokens.key(token.openid());
    return redis
            .begin("save the token of ", token.openid())
            .write(commands -> commands.set(key, value, how))
        != null;
  }

  /** Sets up a store. Not safe for use by several threads. */
  public static final class Builder {
    private final Function<Duration, Client> client;
    private final String server;
    private Prefix prefix = new Prefix("wxtoken:");
    private @Nullable Prefix leasePrefix;
    private Duration retention = Duration.ofDays(RETENTION_DAYS);
    private Duration timeout = TIMEOUT;

    private Builder(Function<Duration, Client> client, String server) {
      this.client = client;
      this.server = server;
    }

    /**
     * Sets the prefix of the keys of tokens; the openid follows it.
     *
     * @param prefix 1 to 128 printable ASCII characters without a space; {@code wxtoken:} by
     *     default
     * @return this
     * @throws IllegalArgumentException if it is anything else
     */
    public Builder prefix(String prefix) {
      this.prefix = Prefix.of("prefix", prefix);
      return this;
    }

    /**
     * Sets the prefix of the keys of leases; the name of the lease follows it.
     *
     * @param leasePrefix like a prefix of tokens; by default {@code lease:} followed by the prefix
     *     of tokens
     * @return this
     * @throws IllegalArgumentException if it is anything else
     */
    public Builder leasePrefix(String leasePrefix) {
      this.leasePrefix = Prefix.of("leasePrefix", leasePrefix);
      return this;
    }

    /**
     * Sets how long a token is kept after its last save. It should be at least the lifetime of a
     * refresh token.
     *
     * @param retention from one day to 3,650 days; 180 days by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder retention(Duration retention) {
      if (retention == null
          || retention.compareTo(Duration.ofDays(1)) < 0
          || retention.compareTo(Duration.ofDays(3650)) > 0) {
        throw new IllegalArgumentException("retention must be from 1 to 3650 days");
      }
      this.retention = retention;
      return this;
    }

    /**
     * Sets the time within which an operation ends. One command may take a third of it.
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
     * Connects, and checks that tokens can be read and leases written. In a JVM that has just
     * started this may take longer than an operation.
     *
     * @return the store
     * @throws IllegalArgumentException if one of the prefixes begins with the other
     * @throws TokenStoreException if Redis cannot be reached or refuses a command
     */
    public RedisTokenStore build() {
      Prefix lease =
          leasePrefix == null ? Prefix.of("prefix", "lease:" + prefix.text()) : leasePrefix;
      if (prefix.overlaps(lease)) {
        throw new IllegalArgumentException(
            "leasePrefix must not begin with prefix, nor prefix with leasePrefix");
      }
      Redis redis = new Redis(client, server, timeout, Redis.MAX_IN_FLIGHT);
      try {
        return new RedisTokenStore(redis, new StoredTokens(prefix, retention), lease);
      } catch (RuntimeException e) {
        redis.close();
        throw e;
      }
    }
  }

  /**
   * Opens {@code redis:}, {@code redis-sentinel:} and {@code redis-cluster:} URLs, and with TLS
   * {@code rediss:}, {@code rediss-sentinel:} and {@code rediss-cluster:}.
   */
  public static final class Provider implements TokenStoreProvider {

    private static final Pattern URL = Pattern.compile("rediss?(-sentinel|-cluster)?:");

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public boolean accepts(String url) {
      return URL.matcher(url).lookingAt();
    }

    @Override
    public Set<String> options() {
      return Set.of(
          "prefix",
          "leasePrefix",
          "retention",
          "timeout",
          StoreOptions.ALLOW_PLAINTEXT,
          StoreOptions.CA_FILE);
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      Driver.require();
      RedisUrl parsed = parsed(url, options);
      Builder builder =
          new Builder(timeout -> new OwnClient(parsed, timeout), parsed.name())
              .prefix(options.text("prefix", "wxtoken:"))
              .retention(Duration.ofDays(options.count("retention", RETENTION_DAYS)))
              .timeout(options.millis("timeout", TIMEOUT));
      String leasePrefix = options.text("leasePrefix", "");
      return (leasePrefix.isEmpty() ? builder : builder.leasePrefix(leasePrefix)).build();
    }

    private static RedisUrl parsed(String url, StoreOptions options) {
      try {
        return RedisUrl.of(url, options);
      } catch (LinkageError e) {
        throw Driver.unusable(e);
      }
    }
  }
}
