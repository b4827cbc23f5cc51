package io.github.wxtoken.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A table as the database describes it, read once at start, and the requirements on it. */
final class Table {
  private final TableName name;

  /** The option by which the application changes the table's name. */
  private final String option;

  private final Dialect dialect;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Map<String, List<KeyPart>> uniqueKeys = new LinkedHashMap<>();
  private final Storage storage;

  /** A column of a unique key; null stands for an expression. */
  private record KeyPart(@Nullable String column, boolean whole) {
    static KeyPart of(ResultSet row) throws SQLException {
      String column = row.getString(2);
      return new KeyPart(
          column == null ? null : column.toLowerCase(Locale.ROOT), row.getBoolean(3));
    }
  }

  /**
   * How a table is stored, in small letters.
   *
   * @param kind {@code base table}, {@code view}, {@code temporary}, or another word of the
   *     database
   * @param engine the storage engine, in the database's own words
   */
  record Storage(String kind, String engine) {
    private static Storage read(Handle handle, Dialect dialect, TableName name) {
      return name.bindTo(handle.createQuery(dialect.storage()))
          .map((row, context) -> new Storage(lower(row.getString(1)), lower(row.getString(2))))
          .findOne()
          .map(
              found ->
                  found.kind.equals("base table") && dialect.isHiddenByTemporary(handle, name)
                      ? new Storage("temporary", found.engine)
                      : found)
          .orElse(new Storage("", ""));
    }

    private static String lower(@Nullable String word) {
      return Objects.requireNonNullElse(word, "").toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads the database's description of a table.
   *
   * @param option the option by which the application changes the table's name
   */
  Table(Handle handle, Dialect dialect, TableName name, String option) {
    this.name = name;
    this.option = option;
    this.dialect = dialect;
    name.bindTo(handle.createQuery(dialect.columns()))
        .map((row, context) -> Column.of(row))
        .forEach(column -> columns.put(column.name(), column));
    name.bindTo(handle.createQuery(dialect.uniqueKeys()))
        .map((row, context) -> Map.entry(row.getString(1), KeyPart.of(row)))
        .forEach(
            part ->
                uniqueKeys
                    .computeIfAbsent(part.getKey(), key -> new ArrayList<>())
                    .add(part.getValue()));
    this.storage = Storage.read(handle, dialect, name);
  }

  TableName name() {
    return name;
  }

  String quoted() {
    return name.quoted(dialect);
  }

  Storage storage() {
    return storage;
  }

  boolean exists() {
    return !columns.isEmpty();
  }

  @Nullable Column find(String column) {
    return columns.get(column);
  }

  /** Requires a table that keeps acknowledged writes. */
  void requireDurable() {
    require(
        !storage.kind().equals("temporary"),
        "is hidden by a temporary table, which ends with its connection; drop that one, or name the"
            + " table with its schema");
    require(
        !storage.kind().endsWith("view") && !storage.kind().equals("virtual"),
        "is a %s and no table; name the table behind it",
        storage.kind());
    dialect.requireDurable(this);
  }

  Column text(String column, long atLeast) {
    Column found = column(column);
    require(
        found.isText() && found.limit() >= atLeast,
        "column %s is %s, and must be a text of at least %d characters",
        column,
        found.type(),
        atLeast);
    return found;
  }

  /** Requires a column for a number, which may also be text, as in wechat-oauth's table. */
  Column number(String column, long atLeast) {
    Column found = column(column);
    boolean fits =
        found.isNumber()
            ? found.limit() >= atLeast
            : found.isText() && found.limit() >= String.valueOf(atLeast).length();
    require(
        fits, "column %s is %s, which cannot hold %d; bigint can", column, found.type(), atLeast);
    return found;
  }

  private Column column(String column) {
    Column found = columns.get(column);
    if (found == null) {
      throw refused(
          "has no column %s (it has %s). If it is a table of your application, give the store one"
              + " of another name: %s",
          column, String.join(", ", columns.keySet()), otherName());
    }
    return found;
  }

  /**
   * Requires that one column alone is the unique key, and that the database compares keys by their
   * bytes.
   *
   * @param key the column
   * @param ours the columns that are written
   */
  void requireKey(String key, Collection<String> ours) {
    Column column = column(key);
    dialect.requireIndexable(this, column);
    require(
        uniqueKeys.containsValue(List.of(new KeyPart(key, true))),
        "has no unique key on %1$s alone, without which each save adds a row;"
            + " CREATE UNIQUE INDEX %4$s ON %2$s (%3$s)",
        key,
        quoted(),
        dialect.quote(key),
        // In PostgreSQL and SQLite no other table of the schema may have an index of this name.
        dialect.quote(name.table() + "_" + key));
    require(
        column.bytewise(),
        "column %s has the collation %s, which is not binary and %s; %s",
        key,
        column.collation(),
        dialect.harmOfCollation(),
        dialect.binaryCollation(quoted(), column));
    uniqueKeys.forEach((unique, parts) -> requireHarmless(unique, parts, key, ours));
  }

  /**
   * Requires that no second unique key is dangerous: by it, REPLACE would delete rows of other
   * users. A unique key is harmless if it contains our key, or a column that is NULL or different
   * in each row. A computed column, or one with the same default in each row, is as dangerous as
   * one of ours.
   */
  private void requireHarmless(
      String unique, List<KeyPart> parts, String key, Collection<String> ours) {
    boolean harmless =
        parts.stream()
            .filter(KeyPart::whole)
            .anyMatch(part -> key.equals(part.column()) || isDistinct(part.column(), ours));
    require(
        harmless,
        "has the unique key %s besides, by which %s; %s",
        unique,
        dialect.harmOfUniqueKey(key),
        dialect.dropUniqueKey(quoted(), unique));
  }

  private boolean isDistinct(@Nullable String column, Collection<String> ours) {
    Column found = columns.get(column);
    return found != null && !ours.contains(found.name()) && found.distinct();
  }

  /** Requires that the database fills all other columns, since our statements name only ours. */
  void requireOthersFilled(Set<String> ours) {
    columns.values().stream()
        .filter(column -> !ours.contains(column.name()))
        .forEach(
            column ->
                require(
                    column.nullable() || column.filled(),
                    "column %s is NOT NULL without a default, so no row can be inserted; give it"
                        + " one, or name another table: %s",
                    column.name(),
                    otherName()));
  }

  private String otherName() {
    return "wxtoken." + option + "=NAME in the URL, or " + option + "(\"NAME\") on the builder";
  }

  /** Refuses the table unless the rule holds. */
  void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw refused(rule, values);
    }
  }

  private UnfitTableException refused(String rule, Object... values) {
    return new UnfitTableException(name.toString(), String.format(Locale.ROOT, rule, values));
  }
}
