package io.github.wxtoken.redis;

import io.github.wxtoken.CorruptTokenException;
import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStoreProvider;
import io.github.wxtoken.TokenStores;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens in Redis or Valkey: a single server, Sentinel's master, or a cluster. The token of an
 * openid is the string {@code wxtoken:<openid>}, its JSON as a Node process with {@code
 * JSON.stringify} writes it.
 *
 * <p>A key lives for the retention (180 days unless set otherwise; a mini program's session 3 days)
 * from its last save. {@link #replaceToken} compares what it read, byte for byte, in a script on
 * the server.
 *
 * <p>An operation ends within the timeout (3 seconds unless set otherwise). Reads are tried again;
 * a write that was sent and not answered is not, for nobody knows whether it came to pass: it fails
 * with a {@link TokenStoreException}. After an outage the store recovers by itself.
 *
 * <p>Thread-safe: callers share one connection to each server. No monitor is held during I/O by
 * this class.
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

  private final Redis redis;
  private final StoredTokens tokens;
  private final Leases leases;
  private final String description;

  private RedisTokenStore(Redis redis, StoredTokens tokens, Prefix leasePrefix) {
    this.redis = redis;
    this.tokens = tokens;
    this.leases = new Leases(redis, leasePrefix);
    Eviction.warn(redis);
    // A replica, a user without the right and a server without memory refuse here, not later.
    String nobody = "open:" + UUID.randomUUID();
    getToken(nobody);
    tryLease(nobody, Duration.ofSeconds(1)).ifPresent(Lease::close);
    this.description = Description.of(redis, tokens.prefix());
  }

  /**
   * Starts a store on the application's own client for a server or Sentinel, with the URI that the
   * client was made with. The store opens one connection of its own with it, and closes only that.
   *
   * <p>How long connecting takes and how soon a broken connection is made anew is the client's
   * affair: by default Lettuce waits up to 30 seconds between tries. Set its {@code
   * disconnectedBehavior} to {@code REJECT_COMMANDS}; without that it sends writes again after a
   * reconnect, of which a warning reminds.
   *
   * @param client makes the connection
   * @return a builder
   * @throws IllegalArgumentException if it is null, or Lettuce is older than 6.6
   */
  public static Builder builder(RedisClient client) {
    if (client == null) {
      throw new IllegalArgumentException("client must not be null");
    }
    Driver.require();
    return new Builder((patience, deadline) -> Connection.Single.to(client));
  }

  /**
   * Starts a store on the application's own client for a cluster, as {@link #builder(RedisClient)}
   * does. Switch on the client's topology refresh.
   *
   * @param client makes the connections
   * @return a builder
   * @throws IllegalArgumentException if it is null, or Lettuce is older than 6.6
   */
  public static Builder builder(RedisClusterClient client) {
    if (client == null) {
      throw new IllegalArgumentException("client must not be null");
    }
    Driver.require();
    return new Builder((patience, deadline) -> Connection.Cluster.to(client));
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    Value value = tokens.find(redis.begin("read the token of ", openid), openid);
    return value == null ? Optional.empty() : Optional.of(StoredTokens.read(openid, value));
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
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenStores.requireToken(openid, token);
    Value value = StoredTokens.value(token);
    Value millis = new Value(String.valueOf(tokens.millis(token)));
    Redis.Operation operation = redis.begin("replace the token of ", openid);
    for (int i = 0; i < MAX_COMPARISONS; i++) {
      Value stored = tokens.find(operation, openid);
      if (stored == null || !StoredTokens.read(openid, stored).sameGrant(expected)) {
        return false;
      }
      if (REPLACE.run(operation, tokens.key(openid), stored, value, millis)) {
        return true;
      }
      // Others may write the same grant in other bytes, so the bytes alone do not decide.
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
   * Returns every token. Keys are looked at in pages, by SCAN on one master after the other, and
   * remembered so that each appears once, in 21 to 43 bytes of memory for each.
   *
   * @param corrupt receives each key that has a prefix and an openid, and no token that can be read
   * @return the tokens that can be read, as {@link TokenStore#tokens} describes; a connection that
   *     breaks ends the stream with {@link TokenStoreException}, and tokens that a cluster moves
   *     from one master to another meanwhile may be missing
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

  /** Closes the connections that the store opened. A second call does nothing. */
  @Override
  public void close() {
    redis.close();
  }

  private boolean set(OAuthToken token, SetArgs how) {
    Value value = StoredTokens.value(token);
    String key = tokens.key(token.openid());
    return redis
            .begin("save the token of ", token.openid())
            .write(commands -> commands.set(key, value, how))
        != null;
  }

  /** Sets up a store. Not safe for use by several threads. */
  public static final class Builder {
    private final Redis.Opening opening;
    private Prefix prefix = new Prefix("wxtoken:");
    private @Nullable Prefix leasePrefix;
    private Duration retention = Duration.ofDays(RETENTION_DAYS);
    private Duration timeout = TIMEOUT;

    private Builder(Redis.Opening opening) {
      this.opening = opening;
    }

    /**
     * Sets what the keys of tokens begin with; the openid follows.
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
     * Sets what the keys of leases begin with; the name of the lease follows.
     *
     * @param leasePrefix as a prefix; {@code lease:} and the prefix of tokens by default
     * @return this
     * @throws IllegalArgumentException if it is anything else
     */
    public Builder leasePrefix(String leasePrefix) {
      this.leasePrefix = Prefix.of("leasePrefix", leasePrefix);
      return this;
    }

    /**
     * Sets how long a token is kept after its last save. Let it be no shorter than a refresh token
     * lives.
     *
     * @param retention from a day to 3,650 days; 180 days by default
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
     * @param timeout from 500 milliseconds to a minute; 3 seconds by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration timeout) {
      this.timeout = TokenStores.requireTimeout(timeout);
      return this;
    }

    /**
     * Connects, and checks that tokens can be read and leases written. In a JVM that has just
     * started this may take longer than an operation, a minute at the most with a client of ours.
     *
     * @return the store
     * @throws IllegalArgumentException if one of the prefixes begins with the other
     * @throws TokenStoreException if Redis cannot be reached or refuses
     */
    public RedisTokenStore build() {
      Prefix lease =
          leasePrefix == null ? Prefix.of("prefix", "lease:" + prefix.text()) : leasePrefix;
      if (prefix.overlaps(lease)) {
        throw new IllegalArgumentException(
            "leasePrefix must not begin with prefix, nor prefix with leasePrefix");
      }
      Redis redis = new Redis(opening, timeout, Redis.MAX_IN_FLIGHT);
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

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public boolean accepts(String url) {
      return Schemes.accepts(url);
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
      OwnClient.Target target = target(url, options);
      Builder builder =
          new Builder((patience, deadline) -> OwnClient.open(target, patience, deadline))
              .prefix(options.text("prefix", "wxtoken:"))
              .retention(Duration.ofDays(options.count("retention", RETENTION_DAYS)))
              .timeout(options.millis("timeout", TIMEOUT));
      String leasePrefix = options.text("leasePrefix", "");
      return (leasePrefix.isEmpty() ? builder : builder.leasePrefix(leasePrefix)).build();
    }

    private static OwnClient.Target target(String url, StoreOptions options) {
      try {
        return OwnClient.Target.of(url, options);
      } catch (LinkageError e) {
        throw Driver.unusable(e);
      }
    }
  }
}
