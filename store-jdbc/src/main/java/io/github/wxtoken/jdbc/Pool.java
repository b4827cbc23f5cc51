package io.github.wxtoken.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Outage;
import io.github.wxtoken.jdbc.Tls.Target;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A pool of our own connections to the server of a URL. Every wait has a limit. */
final class Pool implements Connections {
  /** Minimum time between two evictions of all connections, while the server is not the primary. */
  private static final long EVICTION_PAUSE_NANOS = 1_000_000_000;

  /** How long {@link #close} waits for statements under way. */
  private static final long GRACE_MILLIS = 500;

  private final HikariDataSource hikari;
  private final MysqlOrSqliteSource source;
  private final Dialect dialect;
  private final Jdbi jdbi;

  /** The server of the connections, for messages. */
  private final String server;

  private final AtomicLong lastEviction = new AtomicLong(System.nanoTime() - EVICTION_PAUSE_NANOS);

  private Pool(
      HikariDataSource hikari, MysqlOrSqliteSource source, Dialect dialect, String server) {
    this.server = server;
    this.hikari = hikari;
    this.source = source;
    this.dialect = dialect;
    this.jdbi = Jdbi.create(hikari);
  }

  static boolean accepts(String url) {
    return Scheme.of(url).isPresent();
  }

  static int defaultSize(String url) {
    return Scheme.of(url).orElseThrow().size;
  }

  /**
   * Connects.
   *
   * @param mayCreate whether a SQLite file may be created
   * @param options the application's options, which may allow plaintext
   * @throws IllegalArgumentException if the URL cannot be used, or its driver is missing
   * @throws TokenStoreException if the database refuses the connection
   */
  static Pool open(
      String url, int size, Duration timeout, boolean mayCreate, StoreOptions options) {
    Scheme scheme =
        Scheme.of(url)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "url must begin with jdbc:mysql:, jdbc:mariadb: or jdbc:sqlite:"));
    requireClosedAddresses(url);
    Driver driver = scheme.load();
    Dialect dialect = scheme == Scheme.SQLITE ? Dialect.SQLITE : Dialect.MYSQL;
    if (dialect == Dialect.SQLITE) {
      requireFile(sqliteFile(url), mayCreate);
    }
    long connect = Math.max(250, timeout.toMillis() / 3);
    Properties properties = new Properties();
    defaults(dialect, timeout, connect)
        .forEach(
            (name, value) -> {
              // A property would override the user's option in the URL.
              if (!Pattern.compile("[?&;,(]" + name + "=").matcher(url).find()) {
                properties.setProperty(name, value);
              }
            });
    Target target = target(scheme, driver, url, properties, options);
    String server =
        dialect == Dialect.SQLITE
            ? "the SQLite file " + sqliteFile(url)
            : scheme.product + " at " + target.names();
    MysqlOrSqliteSource source = new MysqlOrSqliteSource(target.opening(), dialect, timeout);
    try {
      HikariConfig config = new HikariConfig();
      config.setPoolName("wxtoken");
      config.setDataSource(source);
      config.setMaximumPoolSize(size);
      config.setConnectionTimeout(connect);
      config.setValidationTimeout(Math.max(250, connect / 2));
      if (dialect == Dialect.MYSQL) {
        config.setConnectionInitSql(sessionSettings(url, timeout));
      }
      Pool pool = new Pool(new HikariDataSource(config), source, dialect, server);
      source.becomePatient();
      return pool;
    } catch (PoolInitializationException e) {
      SqlFailure failure = new SqlFailure(e.getCause() == null ? e : e.getCause());
      throw new TokenStoreException(
          "cannot connect to " + server + ": " + failure.describeAttempt(), failure);
    }
  }

  /**
   * Returns the target of a URL. For MySQL and MariaDB, the driver that parsed the URL also
   * connects, so both parsers agree.
   */
  private static Target target(
      Scheme scheme, Driver driver, String url, Properties properties, StoreOptions options) {
    try {
      return switch (scheme) {
        case MYSQL -> Tls.require(with -> MysqlUrl.read(url, with), properties, options);
        case MARIADB -> Tls.require(with -> MariadbUrl.read(url, with), properties, options);
        case SQLITE -> new Target(List.of(), () -> driver.connect(url, properties));
      };
    } catch (LinkageError e) {
      throw scheme.unfit(driver);
    }
  }

  /**
   * Returns our defaults. The drivers' own defaults wait without a limit and prepare each statement
   * anew.
   */
  private static Map<String, String> defaults(Dialect dialect, Duration timeout, long connect) {
    return dialect == Dialect.MYSQL
        ? Map.of(
            "connectTimeout", String.valueOf(connect),
            "socketTimeout", String.valueOf(timeout.toMillis()),
            "useServerPrepStmts", "true",
            "cachePrepStmts", "true",
            "prepStmtCacheSize", "50",
            // Connector/J's default of 256 is less than the length of our UPDATE.
            "prepStmtCacheSqlLimit", "4096")
        : Map.of(
            "journal_mode", "WAL",
            // With NORMAL, a power cut can undo an acknowledged write.
            "synchronous", "FULL",
            // Short, so that we retry several times: SQLite's own waits grow and are unfair.
            "busy_timeout", String.valueOf(timeout.toMillis() / 6));
  }

  /**
   * Returns settings that prevent silent truncation and end a wait for a lock before the wait for
   * the connection.
   */
  private static String sessionSettings(String url, Duration timeout) {
    // Autocommit comes last: the URL's sessionVariables or the server's init_connect may switch it
    // off.
    String strict =
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES'), autocommit = 1";
    return url.contains("lock_wait_timeout=")
        ? strict
        : strict
            + ", innodb_lock_wait_timeout = 1, lock_wait_timeout = "
            + Math.max(1, timeout.toSeconds() - 1);
  }

  /** Refuses a URL that MariaDB's driver 3.5.11 would parse in an endless loop. */
  static void requireClosedAddresses(String url) {
    int last = url.lastIndexOf("address=(");
    if (last >= 0 && url.startsWith(Scheme.MARIADB.prefix) && url.indexOf(')', last) < 0) {
      throw new IllegalArgumentException("url must have a ) behind each address=(");
    }
  }

  /** Returns the file of a URL. */
  static Path sqliteFile(String url) {
    String file = url.substring(Scheme.SQLITE.prefix.length()).replaceFirst("(?s)\\?.*", "");
    if (file.isEmpty() || file.contains(":memory:") || url.contains("mode=memory")) {
      throw new IllegalArgumentException(
          "each connection to a SQLite database in memory has one of its own: name a file, or use"
              + " memory: for the tokens of one process");
    }
    try {
      return Path.of(file.replaceFirst("^file:(//(?=/))?", "")).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("the url of a SQLite database must name a file");
    }
  }

  private static void requireFile(Path path, boolean mayCreate) {
    if (path.getParent() == null || !Files.isDirectory(path.getParent())) {
      throw new TokenStoreException("there is no directory " + path.getParent(), null);
    }
    if (!mayCreate && Files.notExists(path)) {
      throw new TokenStoreException(
          "there is no file " + path + "; wxtoken.createSchema=true creates it", null);
    }
  }

  Dialect dialect() {
    return dialect;
  }

  int size() {
    return hikari.getMaximumPoolSize();
  }

  long connectionTimeoutMillis() {
    return hikari.getConnectionTimeout();
  }

  /** Waits for at most the connection timeout; callers leave that much time. */
  @Override
  public Handle open(long millis) {
    try {
      return jdbi.open();
    } catch (ConnectionException e) {
      // Hikari knows only the failed attempts of its start.
      Outage outage = source.outage();
      throw outage == null ? e : new ConnectionException(new SqlFailure(outage.failure()));
    }
  }

  /** Also closes the idle connections, since all lead to the same server. */
  @Override
  public void discard(Connection connection) {
    hikari.evictConnection(connection);
    long now = System.nanoTime();
    long last = lastEviction.get();
    if (now - last >= EVICTION_PAUSE_NANOS && lastEviction.compareAndSet(last, now)) {
      hikari.getHikariPoolMXBean().softEvictConnections();
    }
  }

  @Override
  public String server() {
    return server;
  }

  @Override
  public String late() {
    return server + " is slow, or the timeout (wxtoken.timeout) is too short for it";
  }

  @Override
  public String explain(SqlFailure failure) {
    Outage outage = source.outage();
    if (outage == null) {
      return "cannot connect to "
          + server
          + ": "
          + (failure.isKnown()
              ? failure.describeAttempt()
              : "no connection within " + connectionTimeoutMillis() + " ms");
    }
    long millis = (outage.nextAttempt() - System.nanoTime()) / 1_000_000;
    return "cannot connect to "
        + server
        + ": "
        + failure.describeAttempt()
        + (millis > 0
            ? ". The next attempt to connect begins in " + millis + " ms"
            : ". The next attempt to connect is under way");
  }

  /**
   * Aborts the attempt to connect that is under way; otherwise Hikari would wait for it. Before a
   * driver closes a connection, it waits for the statement under way, up to the socket timeout, so
   * the sockets are closed if that takes too long.
   */
  @Override
  public void close() {
    source.close();
    CompletableFuture<Void> impatient =
        CompletableFuture.runAsync(
            source::abortAll,
            CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS));
    try {
      hikari.close();
    } finally {
      impatient.cancel(false);
    }
  }
}
