package io.github.wxtoken.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Opening;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Connections of our own to what a URL names, none of whose waits is without an end. */
final class Pool implements AutoCloseable {
  private final HikariDataSource hikari;
  private final Dialect dialect;

  /** The URLs we know, and what opens them. */
  private enum Scheme {
    MYSQL("jdbc:mysql:", "com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j", 16),
    MARIADB("jdbc:mariadb:", "org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client", 16),
    // SQLite has one writer at a time, so more connections wait for each other only.
    SQLITE("jdbc:sqlite:", "org.sqlite.JDBC", "org.xerial:sqlite-jdbc", 4);

    final String prefix;
    final String driver;
    final String artifact;
    final int size;

    Scheme(String prefix, String driver, String artifact, int size) {
      this.prefix = prefix;
      this.driver = driver;
      this.artifact = artifact;
      this.size = size;
    }

    static Optional<Scheme> of(String url) {
      return Stream.of(values()).filter(scheme -> url.startsWith(scheme.prefix)).findFirst();
    }

    Driver load() {
      try {
        // In a container the application's class loader comes first, then the one that loaded us.
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? Pool.class.getClassLoader() : context;
        return Class.forName(driver, true, loader)
            .asSubclass(Driver.class)
            .getConstructor()
            .newInstance();
      } catch (ReflectiveOperationException | LinkageError e) {
        throw new IllegalArgumentException(
            prefix + " needs the driver " + driver + "; add " + artifact + " to the class path");
      }
    }
  }

  private Pool(HikariDataSource hikari, Dialect dialect) {
    this.hikari = hikari;
    this.dialect = dialect;
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
   * @param options what the URL says about plaintext
   * @throws IllegalArgumentException if the URL cannot be used, or its driver is missing
   * @throws TokenStoreException if the database does not let us in
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
              // A property would win over the URL, where the user's wish is.
              if (!Pattern.compile("[?&;,(]" + name + "=").matcher(url).find()) {
                properties.setProperty(name, value);
              }
            });
    Opening opening = opening(scheme, driver, url, properties, options);
    try {
      MysqlOrSqliteSource source = new MysqlOrSqliteSource(opening, dialect, Deadline.in(timeout));
      HikariConfig config = new HikariConfig();
      config.setPoolName("wxtoken");
      config.setDataSource(source);
      config.setMaximumPoolSize(size);
      config.setConnectionTimeout(connect);
      config.setValidationTimeout(Math.max(250, connect / 2));
      if (dialect == Dialect.MYSQL) {
        config.setConnectionInitSql(sessionSettings(url, timeout));
      }
      Pool pool = new Pool(new HikariDataSource(config), dialect);
      source.becomePatient();
      return pool;
    } catch (PoolInitializationException e) {
      SqlFailure failure = new SqlFailure(e.getCause() == null ? e : e.getCause());
      throw new TokenStoreException("cannot connect: " + failure.describe(), failure);
    }
  }

  /** Of MySQL's and MariaDB's drivers those connect that have judged the URL: what we see. */
  private static Opening opening(
      Scheme scheme, Driver driver, String url, Properties properties, StoreOptions options) {
    try {
      return switch (scheme) {
        case MYSQL -> Tls.require(with -> MysqlUrl.read(url, with), properties, options).opening();
        case MARIADB ->
            Tls.require(with -> MariadbUrl.read(url, with), properties, options).opening();
        case SQLITE -> () -> driver.connect(url, properties);
      };
    } catch (LinkageError e) {
      throw new IllegalArgumentException(
          scheme.prefix
              + " needs "
              + scheme.artifact
              + " of the version that this was built with, seen by the class loader of"
              + " wxtoken-store-jdbc");
    }
  }

  /** The drivers' own defaults wait for ever and prepare each statement anew. */
  private static Map<String, String> defaults(Dialect dialect, Duration timeout, long connect) {
    return dialect == Dialect.MYSQL
        ? Map.of(
            "connectTimeout", String.valueOf(connect),
            "socketTimeout", String.valueOf(timeout.toMillis()),
            "useServerPrepStmts", "true",
            "cachePrepStmts", "true",
            "prepStmtCacheSize", "50",
            // Connector/J's default of 256 is less than our UPDATE has.
            "prepStmtCacheSqlLimit", "4096")
        : Map.of(
            "journal_mode", "WAL",
            // With NORMAL a power cut takes back what was acknowledged.
            "synchronous", "FULL",
            // Short, so that we ask again afresh several times: SQLite's waits grow and are unfair.
            "busy_timeout", String.valueOf(timeout.toMillis() / 6));
  }

  /** Nothing is cut silently, and a lock is given up before we give up the connection. */
  private static String sessionSettings(String url, Duration timeout) {
    String strict = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')";
    return url.contains("lock_wait_timeout=")
        ? strict
        : strict
            + ", innodb_lock_wait_timeout = 1, lock_wait_timeout = "
            + Math.max(1, timeout.toSeconds() - 1);
  }

  /** Refuses a URL that MariaDB's driver would read for ever (seen, 3.5.11). */
  static void requireClosedAddresses(String url) {
    int last = url.lastIndexOf("address=(");
    if (last >= 0 && url.startsWith(Scheme.MARIADB.prefix) && url.indexOf(')', last) < 0) {
      throw new IllegalArgumentException("url must have a ) behind each address=(");
    }
  }

  /** Returns the file that a URL names. */
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

  DataSource dataSource() {
    return hikari;
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

  @Override
  public void close() {
    hikari.close();
  }
}
