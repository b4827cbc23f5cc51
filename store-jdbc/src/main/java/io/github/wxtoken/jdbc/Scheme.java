package io.github.wxtoken.jdbc;

import java.sql.Driver;
import java.util.Optional;
import java.util.stream.Stream;

/** The URL schemes that the store opens itself, and the driver that each needs. */
enum Scheme {
  MYSQL(
      "MySQL",
      "jdbc:mysql:",
      "com.mysql.cj.jdbc.Driver",
      "com.mysql.jdbc.Driver",
      "com.mysql:mysql-connector-j",
      "9.4.0",
      16,
      new MysqlDialect()),
  MARIADB(
      "MariaDB",
      "jdbc:mariadb:",
      "org.mariadb.jdbc.Driver",
      "org.mariadb.jdbc.MySQLDataSource",
      "org.mariadb.jdbc:mariadb-java-client",
      "3.5.6",
      16,
      new MysqlDialect()),
  // SQLite has one writer at a time, so more connections would only wait for each other.
  SQLITE(
      "SQLite",
      "jdbc:sqlite:",
      "org.sqlite.JDBC",
      "SQLite.JDBCDriver",
      "org.xerial:sqlite-jdbc",
      "3.49.1",
      4,
      new SqliteDialect());

  /** The name of the product, for messages. */
  final String product;

  final String prefix;
  final int size;
  final Dialect dialect;
  private final String driver;

  /** A class of older releases, in which the driver's class had another name. */
  private final String ancestor;

  private final String artifact;
  private final String oldest;

  Scheme(
      String product,
      String prefix,
      String driver,
      String ancestor,
      String artifact,
      String oldest,
      int size,
      Dialect dialect) {
    this.product = product;
    this.prefix = prefix;
    this.driver = driver;
    this.ancestor = ancestor;
    this.artifact = artifact;
    this.oldest = oldest;
    this.size = size;
    this.dialect = dialect;
  }

  static Optional<Scheme> of(String url) {
    return Stream.of(values()).filter(scheme -> url.startsWith(scheme.prefix)).findFirst();
  }

  /**
   * Loads the driver.
   *
   * @throws IllegalArgumentException if it is missing or too old; the message says which
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
    } catch (ClassNotFoundException e) {
      throw isPresent(ancestor, loader) ? tooOld("the driver on the class path") : missing();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      throw tooOld("the driver on the class path does not load and");
    }
  }

  private IllegalArgumentException missing() {
    return new IllegalArgumentException(
        prefix + " needs the driver " + driver + "; add " + artifact + " to the class path");
  }

  /** Explains that the driver was loaded but lacks a method that we call. */
  IllegalArgumentException unfit(Driver loaded) {
    String version = loaded.getMajorVersion() + "." + loaded.getMinorVersion();
    return isOlder(loaded)
        ? tooOld("the driver on the class path is version " + version + ", which")
        : new IllegalArgumentException(
            prefix
                + " cannot be opened by the driver on the class path, version "
                + version
                + ": a class or a method is missing. Put "
                + artifact
                + " and wxtoken-store-jdbc into one class loader, once each, with a version of the"
                + " driver that wxtoken is tested with");
  }

  private IllegalArgumentException tooOld(String what) {
    return new IllegalArgumentException(
        prefix
            + " cannot be opened: "
            + what
            + " is too old; use "
            + artifact
            + " "
            + oldest
            + " or later");
  }

  private boolean isOlder(Driver loaded) {
    String[] parts = oldest.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    int minor = Integer.parseInt(parts[1]);
    return loaded.getMajorVersion() < major
        || (loaded.getMajorVersion() == major && loaded.getMinorVersion() < minor);
  }

  private static boolean isPresent(String type, ClassLoader loader) {
    try {
      Class.forName(type, false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
