package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A table as the database describes it, read once at start, and what is required of it. */
final class Table {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63})?");

  private final String name;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Map<String, List<KeyPart>> uniqueKeys = new LinkedHashMap<>();

  /** A column of a unique key; null stands for an expression. */
  private record KeyPart(@Nullable String column, boolean whole) {}

  private Table(String name) {
    this.name = name;
  }

  /**
   * Checks the name of a table, which comes from the program or its configuration.
   *
   * @throws IllegalArgumentException if it is not {@code name} or {@code schema.name}
   */
  static String requireName(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a table must be named [A-Za-z_][A-Za-z0-9_]*, at most 64 characters long, with its"
              + " schema and a dot before it or not");
    }
    return name;
  }

  static String quote(String name) {
    return "`" + name.replace(".", "`.`") + "`";
  }

  static Table read(Database.Session session, Dialect dialect, String name) throws SQLException {
    Table table = new Table(name);
    try (PreparedStatement statement = table.about(session, dialect.columns);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Column column = Column.of(rows);
        table.columns.put(column.name(), column);
      }
    }
    try (PreparedStatement statement = table.about(session, dialect.keys);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String column = rows.getString(2);
        table
            .uniqueKeys
            .computeIfAbsent(rows.getString(1), key -> new ArrayList<>())
            .add(
                new KeyPart(
                    column == null ? null : column.toLowerCase(Locale.ROOT), rows.getBoolean(3)));
      }
    }
    return table;
  }

  private PreparedStatement about(Database.Session session, String sql) throws SQLException {
    int dot = name.indexOf('.');
    PreparedStatement statement = session.prepare(sql);
    statement.setString(1, dot < 0 ? null : name.substring(0, dot));
    statement.setString(2, name.substring(dot + 1));
    return statement;
  }

  boolean exists() {
    return !columns.isEmpty();
  }

  @Nullable Column find(String column) {
    return columns.get(column);
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

  /** A number may also be written as text, as wechat-oauth's table does. */
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
      throw refused("has no column %s", column);
    }
    return found;
  }

  /**
   * Requires that a column alone is the key by which rows replace rows.
   *
   * @param key the column
   * @param ours the columns that are written
   */
  void requireKey(String key, Collection<String> ours) {
    Column column = column(key);
    require(
        uniqueKeys.containsValue(List.of(new KeyPart(key, true))),
        "has no unique key on %1$s alone, without which each save adds a row;"
            + " CREATE UNIQUE INDEX `%1$s` ON %2$s (`%1$s`)",
        key,
        quote(name));
    require(
        column.comparesCase(),
        "column %s has the collation %s, which takes keys that differ by case for one; %s",
        key,
        column.collation(),
        // SQLite's collations have no charset before them, and no ALTER changes them.
        column.collation().contains("_") ? mended(column) : "declare it without COLLATE");
    uniqueKeys.forEach((unique, parts) -> requireHarmless(unique, parts, key, ours));
  }

  private String mended(Column column) {
    return String.format(
        Locale.ROOT,
        "ALTER TABLE %s MODIFY `%s` %s CHARACTER SET %s COLLATE %4$s_bin NOT NULL",
        quote(name),
        column.name(),
        column.type(),
        column.charset());
  }

  /** A second unique key over what we write would make REPLACE delete another user's row. */
  private void requireHarmless(
      String unique, List<KeyPart> parts, String key, Collection<String> ours) {
    boolean withKey = parts.contains(new KeyPart(key, true));
    boolean overOurs =
        parts.stream().anyMatch(part -> part.column() == null || ours.contains(part.column()));
    require(
        withKey || !overOurs,
        "has the unique key %s besides, by which the row of one %s would replace another's",
        unique,
        key);
  }

  /** REPLACE and INSERT name our columns only. */
  void requireOthersFilled(Set<String> ours) {
    columns.values().stream()
        .filter(column -> !ours.contains(column.name()))
        .forEach(
            column ->
                require(
                    column.nullable() || column.filled(),
                    "column %s is NOT NULL without a default, so no row can be inserted",
                    column.name()));
  }

  private void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw refused(rule, values);
    }
  }

  private TokenStoreException refused(String rule, Object... values) {
    return new TokenStoreException(
        "the table " + name + " cannot be used: " + String.format(Locale.ROOT, rule, values), null);
  }
}
