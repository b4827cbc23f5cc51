package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStoreException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/** What MySQL (MariaDB included) and SQLite say differently. Both take identifiers in backticks. */
enum Dialect {
  /** MySQL and MariaDB. */
  MYSQL(
      "schema-mysql.sql",
      "",
      // Arithmetic in UTC: NOW() moves with the session's time zone, and is ambiguous in autumn.
      "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000",
      // As bytes: a collation may take "A" for "a" and, if it pads, "A " for "A".
      "CAST(CONVERT(%s USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY)",
      "DELETE FROM %s WHERE expires_at <= %s - ? LIMIT 500",
      """
      SELECT COLUMN_NAME,
             CASE WHEN DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') THEN 'number'
                  WHEN DATA_TYPE IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext')
                  THEN 'text' ELSE DATA_TYPE END,
             COLUMN_TYPE,
             CASE DATA_TYPE WHEN 'tinyint' THEN 127 WHEN 'smallint' THEN 32767
                  WHEN 'mediumint' THEN 8388607 WHEN 'int' THEN 2147483647
                  WHEN 'bigint' THEN 9223372036854775807 ELSE CHARACTER_MAXIMUM_LENGTH END,
             CHARACTER_OCTET_LENGTH,
             IS_NULLABLE = 'YES',
             COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%' OR EXTRA LIKE '%GENERATED%',
             CHARACTER_SET_NAME, COLLATION_NAME
        FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?
      """,
      """
      SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NULL
        FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND NON_UNIQUE = 0
      """),

  /** SQLite. */
  SQLITE(
      "schema-sqlite.sql",
      // A column may fold case where its index does not, and nothing tells.
      " COLLATE BINARY",
      "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
      "CAST(%s AS BLOB) IS CAST(? AS BLOB)",
      "DELETE FROM %1$s WHERE name IN"
          + " (SELECT name FROM %1$s WHERE expires_at <= %2$s - ? LIMIT 500)",
      // Kinds are SQLite's affinities. The collation that compares keys is the index's.
      """
      SELECT c.name,
             CASE WHEN c.type LIKE '%int%' THEN 'number'
                  WHEN c.type LIKE '%char%' OR c.type LIKE '%clob%' OR c.type LIKE '%text%'
                  THEN 'text' ELSE c.type END,
             c.type,
             CASE WHEN c.type LIKE '%int%' THEN 9223372036854775807
                  WHEN instr(c.type, '(') THEN CAST(substr(c.type, instr(c.type, '(') + 1) AS INTEGER)
                  ELSE 1000000000 END,
             1000000000,
             NOT c."notnull",
             c.dflt_value IS NOT NULL OR c.hidden <> 0 OR c.pk <> 0,
             'utf8mb4',
             (SELECT max(p.coll)
                FROM pragma_index_list(?2, coalesce(?1, 'main')) AS i,
                     pragma_index_xinfo(i.name, coalesce(?1, 'main')) AS p
               WHERE i."unique" AND p.key AND p.name = c.name AND p.coll <> 'BINARY')
        FROM pragma_table_xinfo(?2, coalesce(?1, 'main')) AS c
      """,
      """
      SELECT i.name, p.name, NOT i.partial
        FROM pragma_index_list(?2, coalesce(?1, 'main')) AS i,
             pragma_index_xinfo(i.name, coalesce(?1, 'main')) AS p
       WHERE i."unique" AND p.key
      """);

  private static final int MYSQL_LOCK_WAIT = 1205;
  private static final Set<Integer> MYSQL_AGAIN = Set.of(1213, MYSQL_LOCK_WAIT, 1020);
  private static final Set<Integer> MYSQL_CANNOT = Set.of(1142, 1143, 1146);

  /**
   * read_only or super_read_only, a plugin that undid the commit (Group Replication), InnoDB's
   * read-only mode, and Galera's "not ready".
   */
  private static final Set<Integer> MYSQL_NOT_PRIMARY = Set.of(1290, 3100, 1836, 1047);

  private static final int SQLITE_BUSY = 5;
  private static final int SQLITE_LOCKED = 6;
  private static final int SQLITE_READONLY = 8;
  private static final int SQLITE_CONSTRAINT = 19;

  /** The resource that creates the tables. */
  final String schema;

  /** Follows a key that is compared, or sorted by, so that case counts. */
  final String byBytes;

  /** Milliseconds since 1970 by the database's clock. */
  final String now;

  /** Deletes some leases that were over a while ago. */
  final String sweep;

  /** Columns of a table, as {@link Column} reads them. */
  final String columns;

  /** Columns of its unique keys: key, column, whether the key compares all of the column. */
  final String keys;

  private final String same;

  Dialect(
      String schema,
      String byBytes,
      String now,
      String same,
      String sweep,
      String columns,
      String keys) {
    this.schema = schema;
    this.byBytes = byBytes;
    this.now = now;
    this.same = same;
    this.sweep = sweep;
    this.columns = columns;
    this.keys = keys;
  }

  /** Finds the dialect of a database by the name that its driver gives it. */
  static Dialect of(String product) {
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "mysql", "mariadb" -> MYSQL;
      case "sqlite" -> SQLITE;
      default ->
          throw new TokenStoreException(
              "the database is " + product + ", not MySQL, MariaDB or SQLite", null);
    };
  }

  /** Compares a column with a parameter byte for byte, where null equals null. */
  String same(String quoted) {
    return String.format(Locale.ROOT, same, quoted);
  }

  /** Tells whether a key exists already. The only unique key that ours can hit is the openid's. */
  boolean isDuplicate(SQLException e) {
    return this == MYSQL
        ? e.getErrorCode() == 1062
        : primary(e) == SQLITE_CONSTRAINT && String.valueOf(e.getMessage()).contains("UNIQUE");
  }

  /**
   * Tells whether the statement had no effect and may succeed when run again: a deadlock, a lock
   * that was not had in time (in autocommit all of the statement is undone), MariaDB's "record has
   * changed", SQLite's BUSY and LOCKED.
   */
  boolean mayRunAgain(SQLException e) {
    return this == MYSQL
        ? MYSQL_AGAIN.contains(e.getErrorCode())
        : primary(e) == SQLITE_BUSY || primary(e) == SQLITE_LOCKED;
  }

  /**
   * Tells whether the server at the other end of this connection refuses writes, since it is not
   * the primary, or no longer: read-only, or outside of its cluster. The statement had no effect,
   * and a new connection may lead to another server. A SQLite file that was replaced or was
   * write-protected when it was opened is refused likewise.
   */
  boolean isNotPrimary(SQLException e) {
    return this == MYSQL
        ? MYSQL_NOT_PRIMARY.contains(e.getErrorCode())
        : primary(e) == SQLITE_READONLY;
  }

  /** Tells whether another held a lock for as long as the server waits. */
  boolean isLockWait(SQLException e) {
    return this == MYSQL && e.getErrorCode() == MYSQL_LOCK_WAIT;
  }

  /** Tells whether there is no such table, or no right to it. */
  boolean isOutOfReach(SQLException e) {
    return this == MYSQL && MYSQL_CANNOT.contains(e.getErrorCode());
  }

  /** SQLite's extended codes carry the primary one in the low byte. */
  private static int primary(SQLException e) {
    return e.getErrorCode() & 0xff;
  }
}
