package io.github.wxtoken.jdbc;

import java.sql.Driver;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The URL schemes that the store opens itself, and the driver that each needs. */
enum Scheme {
  MYSQL(
      "MySQL",
      "jdbc:mysql:",
      "com.mysql.cj.jdbc.Driver",
      "com.mysql:mysql-connector-j",
      "8.0.33",
      16,
      3306,
      true,
      "socketTimeout",
      new ConnectorJTls(),
      new MysqlDialect()),
  MARIADB(
      "MariaDB",
      "jdbc:mariadb:",
      "org.mariadb.jdbc.Driver",
      "org.mariadb.jdbc:mariadb-java-client",
      "3.5.3",
      16,
      3306,
      false,
      "connectTimeout",
      new MariadbTls(),
      new MysqlDialect()),
  POSTGRESQL(
      "PostgreSQL",
      "jdbc:postgresql:",
      "org.postgresql.Driver",
      "org.postgresql:postgresql",
      "42.6.2",
      16,
      5432,
      true,
      "socketTimeout",
      new PostgresqlTls(),
      new PostgresqlDialect()),
  // SQLite has one writer at a time, so more connections would only wait for each other.
  SQLITE(
      "SQLite",
      "jdbc:sqlite:",
      "org.sqlite.JDBC",
      "org.xerial:sqlite-jdbc",
      "3.49.1",
      4,
      0,
      false,
      "",
      null,
      new SqliteDialect());

  /** The name of the product, for messages. */
  final String product;

  final String prefix;
  final int size;

  /** The port that a URL need not name. */
  final int port;

  /** Whether the driver decodes the values of the URL's parameters. */
  final boolean isPercentEncoded;

  /** The option that limits the wait for the server's greeting. */
  final String greetingTimeout;

  /** Sets the mode of TLS; null for a database in a file. */
  final @Nullable TlsSetting tls;

  final Dialect dialect;

  private final String driver;
  private final String artifact;
  private final String oldest;

  Scheme(
      String product,
      String prefix,
      String driver,
      String artifact,
      String oldest,
      int size,
      int port,
      boolean isPercentEncoded,
      String greetingTimeout,
      @Nullable TlsSetting tls,
      Dialect dialect) {
    this.product = product;
    this.prefix = prefix;
    this.driver = driver;
    this.artifact = artifact;
    this.oldest = oldest;
    this.size = size;
    this.port = port;
    this.isPercentEncoded = isPercentEncoded;
    this.greetingTimeout = greetingTimeout;
    this.tls = tls;
    this.dialect = dialect;
  }

  /** Lists a property of all schemes for a message. */
  static String all(Function<Scheme, String> property) {
    return Stream.of(values())
        .map(property)
        .collect(Collectors.joining(", "))
        .replaceFirst(", (?=[^,]*$)", " or ");
  }

  static Stream<Dialect> dialects() {
    return Stream.of(values()).map(scheme -> scheme.dialect);
  }

  static Optional<Scheme> of(String url) {
    return Stream.of(values()).filter(scheme -> url.startsWith(scheme.prefix)).findFirst();
  }

  /**
   * Loads the driver. By its name, since another driver that accepts the URL could understand the
   * options of TLS differently.
   *
   * @throws IllegalArgumentException if it is missing or too old
   */
  Driver load() {
    // In a container, the application's class loader comes first, then the one that loaded this
    // class.
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? Scheme.class.getClassLoader() : context;
    try {
      return Class.forName(driver, true, loader)
          .asSubclass(Driver.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      throw new IllegalArgumentException(
          prefix
              + " needs the driver "
              + driver
              + ", which is missing on the class path, or too old to be loaded: add "
              + artifact
              + ", version "
              + oldest
              + " or later");
    }
  }
}
