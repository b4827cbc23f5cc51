package io.github.wxtoken.boot;

import io.github.wxtoken.AppTokenMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the starter. Their {@code toString} shows no secret.
 *
 * @param enabled Whether wxtoken is configured at all.
 * @param appid The app's id (AppID) from WeChat's console.
 * @param secret The app's secret (AppSecret) from WeChat's console.
 * @param miniProgram Whether the app is a mini program, which has no web login.
 * @param website Whether the app is a website app of the open platform, whose users scan a QR code
 *     to sign in.
 * @param tokenMode How the app's own access token is fetched.
 * @param failFast Whether the application fails to start when the token store cannot be opened.
 *     Otherwise it starts, and calls fail until the store can be opened.
 * @param httpTimeout Longest time of a call to WeChat, from connecting to the last byte.
 * @param refreshAhead Time before its end from which on a token counts as expired.
 * @param apiEndpoint Server that is called instead of https://api.weixin.qq.com.
 * @param openEndpoint Server that users are sent to instead of https://open.weixin.qq.com.
 * @param store Where tokens are kept.
 * @param encryption How tokens are encrypted in the store.
 * @param apps Several apps by a name of your choice, beside or instead of wxtoken.appid.
 * @param simulator A WeChat inside the application, for development.
 * @param login The login for Spring Security.
 */
@ConfigurationProperties("wxtoken")
public record WeChatProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String appid,
    @Nullable String secret,
    @DefaultValue("false") boolean miniProgram,
    @DefaultValue("false") boolean website,
    @DefaultValue("stable") AppTokenMode tokenMode,
    @DefaultValue("true") boolean failFast,
    @DefaultValue("5s") Duration httpTimeout,
    @DefaultValue("60s") Duration refreshAhead,
    @Nullable URI apiEndpoint,
    @Nullable URI openEndpoint,
    @DefaultValue Store store,
    @DefaultValue Encryption encryption,
    @DefaultValue Map<String, App> apps,
    @DefaultValue Simulator simulator,
    @DefaultValue Login login) {

  /** Without the secret. */
  @Override
  public String toString() {
    return "WeChatProperties[appid=" + appid + ", store=" + store + "]";
  }

  /**
   * One of several apps. Its clients are the beans with its name as a qualifier.
   *
   * @param appid The app's id (AppID) from WeChat's console.
   * @param secret The app's secret (AppSecret) from WeChat's console.
   * @param miniProgram Whether the app is a mini program.
   * @param website Whether the app is a website app of the open platform.
   * @param tokenMode How the app's own access token is fetched.
   */
  public record App(
      @Nullable String appid,
      @Nullable String secret,
      @DefaultValue("false") boolean miniProgram,
      @DefaultValue("false") boolean website,
      @DefaultValue("stable") AppTokenMode tokenMode) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "App[appid=" + appid + "]";
    }
  }

  /**
   * The place of the tokens.
   *
   * @param url URL of the store, such as jdbc:mysql://db.example.com/app,
   *     rediss://cache.example.com or memory:. The starter opens connections of its own for it.
   *     Without a URL, the store uses a bean of the application.
   * @param sslBundle Name of an SSL bundle whose trust store verifies the server of
   *     wxtoken.store.url, for Redis and MongoDB. By default it is the JVM's trust store.
   * @param bean Name of the bean that the store uses: a DataSource, a RedisConnectionFactory of
   *     Lettuce, a RedisClient, a RedisClusterClient, a MongoDatabaseFactory or a MongoClient.
   *     Needed only if the application has several.
   * @param createSchema Whether missing tables or indexes are created at the start.
   * @param scoped Whether keys begin with the appid, so that several apps can share the store.
   * @param timeout Longest time of an operation of the store.
   * @param jdbc Names in a SQL database, for a DataSource of the application.
   * @param redis Names and times in Redis, for a client of the application.
   * @param mongo Names in MongoDB, for a client of the application.
   */
  public record Store(
      @Nullable String url,
      @Nullable String sslBundle,
      @Nullable String bean,
      @DefaultValue("false") boolean createSchema,
      @DefaultValue("false") boolean scoped,
      @DefaultValue("3s") Duration timeout,
      @DefaultValue Jdbc jdbc,
      @DefaultValue Redis redis,
      @DefaultValue Mongo mongo) {

    /** Without the URL, which may carry a password. */
    @Override
    public String toString() {
      return "Store[bean=" + bean + ", scoped=" + scoped + "]";
    }
  }

  /**
   * Names in a SQL database.
   *
   * @param table Table of the tokens.
   * @param leaseTable Table of the leases. By default the name of the table of tokens with the
   *     suffix _lease.
   */
  public record Jdbc(@DefaultValue("token") String table, @Nullable String leaseTable) {}

  /**
   * Names and times in Redis.
   *
   * @param prefix Prefix of the keys of tokens.
   * @param leasePrefix Prefix of the keys of leases. By default lease: and the prefix of tokens.
   * @param retention Time for which a token is kept after its last save.
   */
  public record Redis(
      @DefaultValue("wxtoken:") String prefix,
      @Nullable String leasePrefix,
      @DefaultValue("180d") Duration retention) {}

  /**
   * Names in MongoDB.
   *
   * @param database Database of the tokens, needed for a MongoClient. A MongoDatabaseFactory has
   *     one.
   * @param collection Collection of the tokens.
   * @param leaseCollection Collection of the leases. By default the name of the collection of
   *     tokens with the suffix _lease.
   */
  public record Mongo(
      @Nullable String database,
      @DefaultValue("tokens") String collection,
      @Nullable String leaseCollection) {}

  /**
   * How tokens are encrypted in the store.
   *
   * @param keys Keys for AES-256-GCM. The first one encrypts, all of them decrypt. Without keys,
   *     tokens are stored in the clear.
   * @param acceptPlaintext Whether values that are not encrypted are accepted, while a store of
   *     plaintext is being migrated.
   */
  public record Encryption(
      @DefaultValue List<Key> keys, @DefaultValue("false") boolean acceptPlaintext) {

    /**
     * A key.
     *
     * @param id Id that is stored with each value, such as 2026-11. It is not a secret.
     * @param key Key of 32 random bytes in Base64, such as from openssl rand -base64 32.
     */
    public record Key(@Nullable String id, @Nullable String key) {

      /** Without the key. */
      @Override
      public String toString() {
        return "Key[id=" + id + "]";
      }
    }
  }

  /**
   * A WeChat inside the application.
   *
   * @param enabled Whether the simulator is started and called instead of WeChat. Refused when a
   *     profile named prod or production is active.
   * @param port Port that the simulator listens on. A free one by default.
   */
  public record Simulator(@DefaultValue("false") boolean enabled, @DefaultValue("0") int port) {}

  /**
   * The login for Spring Security.
   *
   * @param enabled Whether every page needs a sign-in with WeChat, if Spring Security is on the
   *     class path and the application defines no SecurityFilterChain.
   */
  public record Login(@DefaultValue("true") boolean enabled) {}
}
