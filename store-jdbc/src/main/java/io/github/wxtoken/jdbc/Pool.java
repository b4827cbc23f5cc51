package io.github.wxtoken.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.github.wxtoken.jdbc.RetryingDataSource.Opening;
import io.github.wxtoken.jdbc.RetryingDataSource.Outage;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A pool of our own connections to the server of a URL. Every wait has a limit. */
final class Pool implements Connections {
  /** Minimum time between two evictions of all connections, while the server is not the primary. */
  private static final long EVICTION_PAUSE_NANOS = 1_000_000_000;

  /** How long {@link #close} waits at most. */
  private static final long GRACE_MILLIS = 1_000;

  private static final String DNS_SRV = "jdbc:mysql+srv:";

  /**
   * Hikari connects by the data source and ignores this URL, except for the word mysql in it: with
   * the word, it sets network timeouts on the calling thread. Otherwise it sets them from several
   * other threads, and with Connector/J 8 they take effect in any order.
   */
  private static final String SYNCHRONOUS_TIMEOUTS = "jdbc:mysql:";

  private final HikariDataSource hikari;
  private final RetryingDataSource source;
  private final Dialect dialect;
  private final Jdbi jdbi;

  /** The server of the connections, for messages. */
  private final String server;

  private final AtomicLong lastEviction = new AtomicLong(System.nanoTime() - EVICTION_PAUSE_NANOS);

  private Pool(HikariDataSource hikari, RetryingDataSource source, Dialect dialect, String server) {
    this.server = server;
    this.hikari = hikari;
    this.source = source;
    this.dialect = dialect;
    this.jdbi = JdbiSettings.on(hikari);
  }

  static boolean accepts(String url) {
    return Scheme.of(url).isPresent() || url.startsWith(DNS_SRV);
  }

  static int defaultSize(String url) {
    return Scheme.of(url).map(scheme -> scheme.size).orElse(1);
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
    Scheme scheme = Scheme.of(url).orElseThrow(Pool::unknownScheme);
    Dialect dialect = scheme.dialect;
    long connect = Math.max(250, timeout.toMillis() / 3);
    Map<String, String> defaults = dialect.driverProperties(timeout, connect);
    Target target =
        scheme.tls == null
            ? file(scheme, url, mayCreate, defaults)
            : server(scheme, scheme.tls, url, defaults, options);
    RetryingDataSource source = new RetryingDataSource(target.opening, dialect, timeout);
    try {
      HikariConfig config = settings(source, size, connect);
      config.setConnectionInitSql(dialect.sessionSettings(url, timeout));
      Pool pool = new Pool(new HikariDataSource(config), source, dialect, target.name);
      source.becomePatient();
      return pool;
    } catch (PoolInitializationException e) {
      SqlFailure failure = new SqlFailure(e.getCause() == null ? e : e.getCause());
      throw new TokenStoreException(
          "cannot connect to " + target.name + ": " + failure.describeAttempt(), failure);
    }
  }

  static IllegalArgumentException unknownScheme() {
    return new IllegalArgumentException(
        "url must begin with "
            + Scheme.all(known -> known.prefix)
            + ", and name its servers: a jdbc:mysql+srv: URL leaves them to the DNS");
  }

  static HikariConfig settings(DataSource source, int size, long connect) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("wxtoken");
    config.setDataSource(source);
    config.setJdbcUrl(SYNCHRONOUS_TIMEOUTS);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(connect);
    config.setValidationTimeout(Math.max(250, connect / 2));
    return config;
  }

  /**
   * The database of a URL.
   *
   * @param name its name for messages
   */
  private record Target(String name, Opening opening) {}

  private static Target server(
      Scheme scheme,
      TlsSetting tls,
      String url,
      Map<String, String> defaults,
      StoreOptions options) {
    JdbcUrl parsed = JdbcUrl.parse(url, scheme);
    Driver driver = scheme.load();
    Map<String, String> parameters = Tls.require(parsed, tls, driver, options);
    defaults.forEach(parameters::putIfAbsent);
    int hosts = parsed.servers().size();
    if (hosts > 1) {
      scheme.dialect.propertiesOfSeveral(hosts).forEach(parameters::putIfAbsent);
    }
    return new Target(
        scheme.product + " at " + parsed.names(),
        new ServerOpening(driver, parsed, parameters, scheme));
  }

  private static Target file(
      Scheme scheme, String url, boolean mayCreate, Map<String, String> defaults) {
    Driver driver = scheme.load();
    Path file = sqliteFile(url);
    requireFile(file, mayCreate);
    Properties properties = new Properties();
    defaults.forEach(
        (name, value) -> {
          // A property would override the user's option in the URL.
          if (!Pattern.compile("[?&]" + name + "=").matcher(url).find()) {
            properties.setProperty(name, value);
          }
        });
    return new Target("the SQLite file " + file, greeting -> driver.connect(url, properties));
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
   * Closes the pool on another thread, and waits for that as long as it takes without faults. With
   * an unreachable server, Hikari waits for an attempt to connect, and MariaDB's driver tries to
   * cancel the statement under way. Both end by the timeouts of the drivers.
   */
  @Override
  public void close() {
    source.close();
    Thread closing = new Thread(hikari::close, "wxtoken-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
