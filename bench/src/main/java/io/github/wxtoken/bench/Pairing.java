package io.github.wxtoken.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.bench.JdbcContender.Dialect;
import io.github.wxtoken.jdbc.JdbcTokenStore;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.EnumSet;
import java.util.Set;

/** The pairs of baseline and candidate. */
enum Pairing {
  MYSQL(Server.MYSQL, "MySQL", "JDBC", "JdbcTokenStore"),
  MYSQL_DATA_SOURCE(Server.MYSQL, "MySQL, one DataSource for both", "JDBC", "JdbcTokenStore"),
  MYSQL_SPRING(Server.MYSQL, "MySQL", "Spring Security", "JdbcTokenStore"),
  MYSQL_CLIENT(Server.MYSQL, "MySQL", "JdbcTokenStore.getToken", "WeChatOAuth.getValidToken"),
  MYSQL_ENCRYPTED(Server.MYSQL, "MySQL", "JdbcTokenStore", "EncryptedTokenStore"),
  MARIADB(Server.MARIADB, "MariaDB", "JDBC", "JdbcTokenStore"),
  POSTGRESQL(Server.POSTGRESQL, "PostgreSQL", "JDBC", "JdbcTokenStore"),
  SQLITE(Server.FILES, "SQLite", "JDBC", "JdbcTokenStore"),
  REDIS(Server.REDIS, "Redis", "Lettuce", "RedisTokenStore"),
  REDIS_ENCRYPTED(Server.REDIS, "Redis", "RedisTokenStore", "EncryptedTokenStore"),
  MONGODB(Server.MONGODB, "MongoDB", "MongoDB driver", "MongoTokenStore");

  private static final String TABLE = "wxtoken_bench";

  final Server server;
  final String where;
  final String baseline;
  final String candidate;

  Pairing(Server server, String where, String baseline, String candidate) {
    this.server = server;
    this.where = where;
    this.baseline = baseline;
    this.candidate = candidate;
  }

  /** Returns the operations that both of the pair support. */
  Set<Operation> operations() {
    return switch (this) {
      case MYSQL_SPRING -> EnumSet.of(Operation.GET_TOKEN, Operation.SAVE_TOKEN);
      case MYSQL_CLIENT -> EnumSet.of(Operation.GET_TOKEN);
      case MYSQL_ENCRYPTED, REDIS_ENCRYPTED ->
          EnumSet.of(Operation.GET_TOKEN, Operation.SAVE_TOKEN, Operation.READ_AND_REPLACE);
      default -> Operation.single();
    };
  }

  /** Connects both, and creates their tables. */
  Pair open() throws Exception {
    String url = server.url();
    return switch (this) {
      case MYSQL, MARIADB -> jdbc(url, Dialect.MYSQL);
      case POSTGRESQL -> jdbc(url, Dialect.POSTGRESQL);
      case MYSQL_DATA_SOURCE -> onePool(url);
      case MYSQL_SPRING ->
          new Pair(new SpringSecurityContender(JdbcPool.ofDefaults(url)), jdbcStore(url));
      case MYSQL_CLIENT -> client(url);
      case MYSQL_ENCRYPTED -> encrypted(jdbcStore(url));
      case SQLITE -> jdbc("jdbc:sqlite:" + url + "/bench.db", Dialect.SQLITE);
      case REDIS -> redis(url);
      case REDIS_ENCRYPTED -> encrypted(redisStore(url));
      case MONGODB -> mongo(url);
    };
  }

  /** Two ways to store tokens, measured alternately. */
  record Pair(Contender<?> baseline, Contender<?> candidate) implements AutoCloseable {
    @Override
    public void close() {
      candidate.close();
      baseline.close();
    }
  }

  private static Pair jdbc(String url, Dialect dialect) {
    StoreContender store = jdbcStore(url);
    return new Pair(new JdbcContender(JdbcPool.likeTheStores(url), dialect, TABLE), store);
  }

  /** Uses the same pool for both: a store on a DataSource opens none. */
  private static Pair onePool(String url) {
    HikariDataSource pool = JdbcPool.likeTheStores(url);
    TokenStore store = JdbcTokenStore.builder(pool).table(TABLE).createSchema(true).build();
    return new Pair(new JdbcContender(pool, Dialect.MYSQL, TABLE), new StoreContender(store));
  }

  private static Pair client(String url) {
    StoreContender store = jdbcStore(url);
    return new Pair(store, new ClientContender(store.store()));
  }

  private static Pair redis(String url) throws Exception {
    return new Pair(new RedisContender(url, TABLE + ":"), redisStore(url));
  }

  private static Pair mongo(String url) {
    String options = "wxtoken.createSchema=true&wxtoken.collection=" + TABLE;
    // The store comes first, because it creates the index.
    StoreContender store = store(url, options);
    return new Pair(new MongoContender(url, TABLE), store);
  }

  private static StoreContender jdbcStore(String url) {
    return store(url, "wxtoken.createSchema=true&wxtoken.table=" + TABLE);
  }

  private static StoreContender redisStore(String url) {
    return store(url, "wxtoken.prefix=" + TABLE + ":");
  }

  /**
   * Returns the same store with and without the encrypting view. Each has its own records: the
   * store alone cannot read those of the view.
   */
  private static Pair encrypted(StoreContender plain) {
    AesGcmTokenCipher cipher = AesGcmTokenCipher.builder("bench", new byte[32]).build();
    TokenStore apart = TokenStores.scoped(plain.store(), "encrypted");
    return new Pair(plain, new StoreContender(TokenStores.encrypted(apart, cipher)));
  }

  private static StoreContender store(String url, String options) {
    return new StoreContender(TokenStores.open(url + (url.contains("?") ? "&" : "?") + options));
  }
}
