package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes a database for the log: product, driver, server, and whether connections use TLS. */
final class Description {
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)*");

  private Description() {}

  /**
   * Asks an open database. Omits what the database does not report, since a log can do without it.
   */
  static String of(Database database, String table) {
    String where = "the table " + table + " of ";
    try {
      return where + database.read("connect", session -> server(session, database.dialect()));
    } catch (TokenStoreException e) {
      return where + (database.dialect() == Dialect.SQLITE ? "SQLite" : "MySQL or MariaDB");
    }
  }

  private static String server(Database.Session session, Dialect dialect) throws SQLException {
    DatabaseMetaData says = session.connection().getMetaData();
    String driver =
        says.getDriverName()
            + " "
            + says.getDriverMajorVersion()
            + "."
            + says.getDriverMinorVersion();
    return product(says)
        + place(String.valueOf(says.getURL()))
        + (dialect == Dialect.MYSQL ? tls(session) : "")
        + ", by "
        + driver;
  }

  /**
   * Returns the product's name. Connector/J reports MariaDB as MySQL; only the version shows the
   * difference.
   */
  private static String product(DatabaseMetaData says) throws SQLException {
    String version = says.getDatabaseProductVersion();
    Matcher number = NUMBER.matcher(version);
    return (version.contains("MariaDB") ? "MariaDB" : says.getDatabaseProductName())
        + (number.find() ? " " + number.group() : "");
  }

  /** Returns the address by the drivers' own parsers: any other part of a URL may be a password. */
  private static String place(String url) {
    try {
      Scheme scheme = Scheme.of(url).orElse(null);
      if (scheme == null) {
        return "";
      }
      return switch (scheme) {
        case SQLITE -> " in the file " + Pool.sqliteFile(url);
        case MYSQL -> " at " + addresses(MysqlUrl.read(url, new Properties()).servers());
        case MARIADB -> " at " + addresses(MariadbUrl.read(url, new Properties()).servers());
      };
    } catch (RuntimeException | LinkageError e) {
      return "";
    }
  }

  private static String addresses(List<Tls.Server> servers) {
    return StoreOptions.names(servers.stream().map(Tls.Server::address).toList());
  }

  private static String tls(Database.Session session) throws SQLException {
    try (PreparedStatement statement = session.prepare("SHOW STATUS LIKE 'Ssl_cipher'");
        ResultSet row = statement.executeQuery()) {
      return row.next() && !row.getString(2).isEmpty() ? " with TLS" : " without TLS";
    }
  }
}
