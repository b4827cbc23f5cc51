package io.github.wxtoken.jdbc;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The name of a table, from the program or its configuration.
 *
 * @param schema null for the schema of the connection
 */
record TableName(@Nullable String schema, String table) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63})?");

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException if it is not {@code table} or {@code schema.table}
   */
  static TableName of(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a table must be named [A-Za-z_][A-Za-z0-9_]*, at most 64 characters long, with its"
              + " schema and a dot before it or not");
    }
    int dot = name.indexOf('.');
    return new TableName(dot < 0 ? null : name.substring(0, dot), name.substring(dot + 1));
  }

  /** Returns the default name of the table of leases beside this table of tokens. */
  TableName leases() {
    return of(this + "_lease");
  }

  String quoted(Dialect dialect) {
    return parts().map(dialect::quote).collect(Collectors.joining("."));
  }

  /** Binds the parameters of a query about the table. */
  Query bindTo(Query query) {
    return query.bind("schema", schema).bind("table", table);
  }

  private Stream<String> parts() {
    return schema == null ? Stream.of(table) : Stream.of(schema, table);
  }

  @Override
  public String toString() {
    return parts().collect(Collectors.joining("."));
  }
}
