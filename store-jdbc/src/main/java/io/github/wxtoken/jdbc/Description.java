package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStoreException;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Describes a database for the log: product, driver, server, and whether connections use TLS. */
final class Description {
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)*");

  private Description() {}

  /**
   * Asks an open database. Omits what the database does not report, since a log can do without it.
   */
  static String of(Database database, TableName table) {
    String where = "the table " + table + " of ";
    Dialect dialect = database.dialect();
    try {
      return where + database.read("connect", handle -> server(handle, dialect));
    } catch (TokenStoreException e) {
      return where + database.server();
    }
  }

  private static String server(Handle handle, Dialect dialect) throws SQLException {
    DatabaseMetaData metadata = handle.getConnection().getMetaData();
    return product(metadata)
        + place(String.valueOf(metadata.getURL()))
        + dialect.usesTls(handle).map(uses -> uses ? " with TLS" : " without TLS").orElse("")
        + driver(metadata);
  }

  private static String driver(DatabaseMetaData metadata) throws SQLException {
    return ", by "
        + metadata.getDriverName()
        + " "
        + metadata.getDriverMajorVersion()
        + "."
        + metadata.getDriverMinorVersion();
  }

  /**
   * Returns the product's name. Connector/J reports MariaDB as MySQL; only the version shows the
   * difference.
   */
  private static String product(DatabaseMetaData metadata) throws SQLException {
    String version = metadata.getDatabaseProductVersion();
    Matcher number = NUMBER.matcher(version);
    return (version.contains("MariaDB") ? "MariaDB" : metadata.getDatabaseProductName())
        + (number.find() ? " " + number.group() : "");
  }

  /** Returns the file, or hosts and ports. Any other part of a URL may be a password. */
  private static String place(String url) {
    try {
      return url.startsWith(Scheme.SQLITE.prefix)
          ? " in the file " + Pool.sqliteFile(url)
          : JdbcUrl.names(url).map(names -> " at " + names).orElse("");
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
