package io.github.wxtoken.jdbc;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table as the database describes it, read once at start, and the requirements on it. */
final class Table {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcTokenStore.class);
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63})?");

  /** InnoDB's limit. A longer text has a unique key by its hash, which has no order. */
  private static final int LONGEST_KEY_BYTES = 3072;

  private static final Set<String> DURABLE =
      Set.of("innodb", "rocksdb", "tokudb", "ndbcluster", "sqlite");

  /** Storage engines that lose acknowledged writes if the server crashes. */
  private static final Set<String> CRASH_PRONE = Set.of("myisam", "aria");

  private final String name;

  /** The option by which the application changes the table's name. */
  private final String option;

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Map<String, List<KeyPart>> uniqueKeys = new LinkedHashMap<>();
  private final Dialect dialect;
  private String kind = "";
  private String engine = "";

  /** A column of a unique key; null stands for an expression. */
  private record KeyPart(@Nullable String column, boolean whole) {}

  private Table(String name, String option, Dialect dialect) {
    this.name = name;
    this.option = option;
    this.dialect = dialect;
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

  static Table read(Database.Session session, Dialect dialect, String name, String option)
      throws SQLException {
    Table table = new Table(name, option, dialect);
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
    try (PreparedStatement statement = table.about(session, dialect.kind);
        ResultSet row = statement.executeQuery()) {
      if (row.next()) {
        table.kind = text(row, 1);
        table.engine = text(row, 2);
      }
    }
    if (dialect == Dialect.MYSQL && table.kind.equals("base table")) {
      table.findTemporary(session);
    }
    return table;
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return String.valueOf(row.getString(column)).toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a temporary table, which hides the table of the same name and is not in
   * information_schema.
   */
  private void findTemporary(Database.Session session) throws SQLException {
    try (PreparedStatement statement = session.prepare("SHOW CREATE TABLE " + quote(name));
        ResultSet row = statement.executeQuery()) {
      if (row.next() && text(row, 2).startsWith("create temporary ")) {
        kind = "temporary";
      }
    } catch (SQLException e) {
      // Rights to single columns do not show it.
      if (!dialect.isOutOfReach(e)) {
        throw e;
      }
    }
  }

  private PreparedStatement about(Database.Session session, String sql) throws SQLException {
    int dot = name.indexOf('.');
    PreparedStatement statement = session.prepare(sql);
    statement.setString(1, dot < 0 ? null : name.substring(0, dot));
    statement.setString(2, name.substring(dot + 1));
    return statement;
  }

  /** Requires a table that keeps acknowledged writes. */
  void requireDurable() {
    require(
        !kind.equals("temporary"),
        "is hidden by a temporary table, which ends with its connection; drop that one, or name the"
            + " table with its schema");
    require(
        !kind.endsWith("view") && !kind.equals("virtual"),
        "is a %s and no table; name the table behind it",
        kind);
    require(
        !engine.equals("memory") || dialect == Dialect.MYSQL,
        "is in a database in memory, so its rows are lost with the connection; name a file, or use"
            + " memory: for the tokens of one process");
    if (CRASH_PRONE.contains(engine)) {
      LOG.warn(
          "The table {} has the engine {}, which may lose rows when the server crashes. {}",
          name,
          engine,
          withInnodb());
    } else {
      require(
          DURABLE.contains(engine),
          "has the engine %s, which does not keep what was committed; %s",
          engine,
          withInnodb());
    }
  }

  private String withInnodb() {
    return "ALTER TABLE " + quote(name) + " ENGINE=InnoDB";
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
          "has no column %s (it has %s). If it is a table of your application, give the store one of"
              + " another name: %s",
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
    require(
        dialect == Dialect.SQLITE || column.bytes() <= LONGEST_KEY_BYTES,
        "column %s is %s, and a key must have at most %d bytes; %s",
        key,
        column.type(),
        LONGEST_KEY_BYTES,
        modified(column, "varchar(200)", "ascii"));
    require(
        uniqueKeys.containsValue(List.of(new KeyPart(key, true))),
        "has no unique key on %1$s alone, without which each save adds a row;"
            + " CREATE UNIQUE INDEX `%1$s` ON %2$s (`%1$s`)",
        key,
        quote(name));
    require(
        column.bytewise(),
        "column %s has the collation %s, which is not binary and may take different keys for one,"
            + " so that saving one deletes the other; %s",
        key,
        column.collation(),
        dialect == Dialect.SQLITE
            ? "declare the column and each unique index over it without COLLATE"
            : modified(column, column.type(), column.charset()));
    uniqueKeys.forEach((unique, parts) -> requireHarmless(unique, parts, key, ours));
  }

  private String modified(Column column, String type, String charset) {
    return String.format(
        Locale.ROOT,
        "ALTER TABLE %s MODIFY `%s` %s CHARACTER SET %s COLLATE %4$s_bin NOT NULL",
        quote(name),
        column.name(),
        type,
        charset);
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
        "has the unique key %s besides, by which the row of one %s would replace another's; %s",
        unique,
        key,
        dropped(unique));
  }

  private boolean isDistinct(@Nullable String column, Collection<String> ours) {
    Column found = columns.get(column);
    return found != null && !ours.contains(found.name()) && found.distinct();
  }

  private String dropped(String unique) {
    if (dialect == Dialect.SQLITE) {
      return unique.startsWith("sqlite_autoindex_")
          ? "make the table anew without it"
          : "DROP INDEX `" + unique + "`";
    }
    return "ALTER TABLE "
        + quote(name)
        + (unique.equals("PRIMARY") ? " DROP PRIMARY KEY" : " DROP INDEX `" + unique + "`");
  }

  /**
   * Requires that the database fills all other columns, since REPLACE and INSERT name only ours.
   */
  void requireOthersFilled(Set<String> ours) {
    columns.values().stream()
        .filter(column -> !ours.contains(column.name()))
        .forEach(
            column ->
                require(
                    column.nullable() || column.filled(),
                    "column %s is NOT NULL without a default, so no row can be inserted; give it one, or"
                        + " name another table: %s",
                    column.name(),
                    otherName()));
  }

  private String otherName() {
    return "wxtoken." + option + "=NAME in the URL, or " + option + "(\"NAME\") on the builder";
  }

  private void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw refused(rule, values);
    }
  }

  private UnfitTableException refused(String rule, Object... values) {
    return new UnfitTableException(name, String.format(Locale.ROOT, rule, values));
  }
}
