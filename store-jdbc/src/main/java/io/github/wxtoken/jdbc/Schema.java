package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** Runs the DDL files in the jar, unchanged except for the names of the tables. */
final class Schema {
  private Schema() {}

  /** Creates missing tables; several processes may do so at once. */
  static void create(Database database, String table, String leaseTable) {
    String script =
        read(database.dialect().schema)
            .replaceAll("(?m)^ *--.*$", "")
            .replace("`token`", Table.quote(table))
            .replace("`token_lease`", Table.quote(leaseTable));
    for (String statement : script.split(";", -1)) {
      if (!statement.isBlank()) {
        database.write("create the tables", session -> execute(session, statement.strip()));
      }
    }
  }

  /** Returns the message that there is no table of tokens, and what to do. */
  static String missing(Database database, String table) {
    String where = "";
    if (database.dialect() == Dialect.MYSQL && !table.contains(".")) {
      String name = database.ask("SELECT DATABASE() LIMIT 1");
      if (name.equals("null")) {
        return "there is no table "
            + table
            + ", since no database is selected. Name one in the URL, after the port: //HOST:PORT/DATABASE";
      }
      where = " in the database " + name;
    }
    return "there is no table "
        + table
        + where
        + ". Create it by wxtoken.createSchema=true in the URL (createSchema(true) on the builder),"
        + " or run "
        + database.dialect().schema
        + " of wxtoken-store-jdbc";
  }

  private static boolean execute(Database.Session session, String ddl) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      return statement.execute(ddl);
    }
  }

  private static String read(String resource) {
    try (InputStream file = Schema.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
