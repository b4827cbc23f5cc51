package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Runs the DDL files in the jar, unchanged except for the names of the tables. */
final class Schema {
  /** How often another process may create the same table, or index, at the same time. */
  private static final int MAX_COLLISIONS = 5;

  private Schema() {}

  /** Creates missing tables; several processes may do so at once. */
  static void create(Database database, TableName table, TableName leaseTable) {
    Dialect dialect = database.dialect();
    String script = script(dialect, table, leaseTable);
    database.write(
        "create the tables",
        handle -> {
          run(handle, dialect, script);
          return null;
        });
  }

  private static void run(Handle handle, Dialect dialect, String script) {
    for (int left = MAX_COLLISIONS; ; left--) {
      try {
        handle.createScript(script).executeAsSeparateStatements();
        return;
      } catch (JdbiException e) {
        if (left == 0 || Database.sqlCause(e).filter(dialect::isCreatedMeanwhile).isEmpty()) {
          throw e;
        }
      }
    }
  }

  /** Returns the DDL of the two tables. */
  static String script(Dialect dialect, TableName table, TableName leaseTable) {
    return read(dialect.schemaFile())
        .replace(dialect.quote("token"), table.quoted(dialect))
        .replace(dialect.quote("token_lease"), leaseTable.quoted(dialect))
        .replace(
            dialect.quote("token_lease_expires_at"),
            dialect.quote(leaseTable.table() + "_expires_at"));
  }

  /** Returns the message that there is no table of tokens, and what to do. */
  static String missing(Database database, TableName table) {
    String where = "";
    String currentDatabase = database.dialect().currentDatabase();
    if (currentDatabase != null && table.schema() == null) {
      String name = database.ask(currentDatabase);
      if (name.isEmpty()) {
        return "there is no table "
            + table
            + ", since no database is selected. Name one in the URL, after the port:"
            + " //HOST:PORT/DATABASE";
      }
      where = " in the database " + name;
    }
    return "there is no table "
        + table
        + where
        + ". Create it by wxtoken.createSchema=true in the URL (createSchema(true) on the builder),"
        + " or by the DDL that wxtoken schema prints ("
        + database.dialect().schemaFile()
        + " of wxtoken-store-jdbc)";
  }

  private static String read(String resource) {
    try (InputStream file = Schema.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
