package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStoreException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The differences between MySQL (MariaDB included) and SQLite. Both accept identifiers in
 * backticks.
 */
enum Dialect {
  /** MySQL and MariaDB. */
  MYSQL(
      "schema-mysql.sql",
      "",
      // Arithmetic in UTC: NOW() depends on the session's time zone, and is ambiguous when summer
      // time ends.
      "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000",
      // As bytes: a collation may treat "A" and "a" as equal and, if it pads, "A " and "A".
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
             EXTRA LIKE '%auto_increment%' OR COALESCE(COLUMN_DEFAULT, '') LIKE '%uuid%(%'
             OR (IS_NULLABLE = 'YES' AND COALESCE(COLUMN_DEFAULT, 'NULL') = 'NULL'
                 AND EXTRA NOT LIKE '%GENERATED%'),
             CHARACTER_SET_NAME, COLLATION_NAME,
             COALESCE(COLLATION_NAME, 'binary') = 'binary'
             OR RIGHT(LOWER(COLLATION_NAME), 4) = '_bin'
        FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?
       LIMIT 10000
      """,
      """
      SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NULL
        FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND NON_UNIQUE = 0
       ORDER BY INDEX_NAME, SEQ_IN_INDEX
       LIMIT 10000
      """,
      """
      SELECT TABLE_TYPE, ENGINE
        FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?
       LIMIT 1
      """,
      "HEX(%s)",
      // The bytes are in the column's character set, whatever the connection's is.
      "CONVERT(UNHEX(?) USING %s) COLLATE %s"),

  /** SQLite. */
  SQLITE(
      "schema-sqlite.sql",
      // A column may ignore case where its index does not, and the catalog does not show it.
      " COLLATE BINARY",
      "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
      "CAST(%s AS BLOB) IS CAST(? AS BLOB)",
      "DELETE FROM %1$s WHERE name IN"
          + " (SELECT name FROM %1$s WHERE expires_at <= %2$s - ? LIMIT 500)",
      // Kinds are SQLite's affinities. The collation that compares keys is that of the index.
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
             c.hidden = 0
             AND (c.dflt_value LIKE '%random%' OR (c.dflt_value IS NULL AND NOT c."notnull")),
             'utf8mb4', x.coll, x.coll IS NULL
        FROM pragma_table_xinfo(?2, coalesce(?1, 'main')) AS c
        LEFT JOIN (SELECT p.name, max(p.coll) AS coll
                     FROM pragma_index_list(?2, coalesce(?1, 'main')) AS i,
                          pragma_index_xinfo(i.name, coalesce(?1, 'main')) AS p
                    WHERE i."unique" AND p.key AND p.coll <> 'BINARY'
                    GROUP BY p.name) AS x
          ON x.name = c.name
      """,
      """
      SELECT i.name, p.name, NOT i.partial
        FROM pragma_index_list(?2, coalesce(?1, 'main')) AS i,
             pragma_index_xinfo(i.name, coalesce(?1, 'main')) AS p
       WHERE i."unique" AND p.key
       ORDER BY i.name, p.seqno
      """,
      // A table of the same name in the schema temp hides the table from statements.
      """
      SELECT CASE t.schema WHEN 'temp' THEN 'TEMPORARY' ELSE t.type END,
             CASE WHEN coalesce(d.file, '') = '' THEN 'memory' ELSE 'sqlite' END
        FROM pragma_table_list AS t LEFT JOIN pragma_database_list AS d ON d.name = t.schema
       WHERE lower(t.name) = lower(?2)
         AND (lower(t.schema) = lower(coalesce(?1, 'main')) OR (?1 IS NULL AND t.schema = 'temp'))
       ORDER BY t.schema <> 'temp'
      """,
      // A text that is not UTF-8 would come back as a different text. FF sorts after all texts with
      // the same beginning.
      """
      typeof(%1$s) || CASE WHEN octet_length(%1$s) > 256
                           THEN hex(substr(CAST(%1$s AS BLOB), 1, 256)) || 'FF'
                           ELSE hex(%1$s) END""",
      """
      CASE substr(?1, 1, 4) WHEN 'blob' THEN unhex(substr(?1, 5))
                            ELSE CAST(unhex(substr(?1, 5)) AS TEXT) END COLLATE BINARY""");

  private static final int MYSQL_LOCK_WAIT = 1205;
  private static final Set<Integer> MYSQL_AGAIN = Set.of(1213, MYSQL_LOCK_WAIT, 1020);

  /**
   * The codes for a missing table, database, column, right, default value or tablespace, for a
   * broken table, and for a view instead of a table.
   */
  private static final Set<Integer> MYSQL_CANNOT =
      Set.of(
          1044, 1049, 1054, 1142, 1143, 1146, 1288, 1347, 1364, 1366, 1406, 1034, 1194, 1195, 1812,
          1932);

  private static final Pattern SQLITE_CANNOT =
      Pattern.compile("no such (table|column)|has no column named|cannot modify .* view");

  /**
   * The codes for read_only or super_read_only, a plugin that rolled back the commit (Group
   * Replication), InnoDB's read-only mode, and Galera's "not ready".
   */
  private static final Set<Integer> MYSQL_NOT_PRIMARY = Set.of(1290, 3100, 1836, 1047);

  private static final int SQLITE_BUSY = 5;
  private static final int SQLITE_LOCKED = 6;
  private static final int SQLITE_READONLY = 8;
  private static final int SQLITE_CONSTRAINT = 19;

  /** The resource that creates the tables. */
  final String schema;

  /** Follows a key in comparisons and in ORDER BY, so that case counts. */
  final String byBytes;

  /** Milliseconds since 1970 by the database's clock. */
  final String now;

  /** Deletes some leases that expired a while ago. */
  final String sweep;

  /** Selects the columns of a table, as {@link Column} reads them. */
  final String columns;

  /**
   * Selects the columns of its unique keys: key, column, whether the key compares the whole column.
   */
  final String keys;

  /** Selects the kind of the table and its storage engine. */
  final String kind;

  private final String same;
  private final String place;
  private final String behind;

  Dialect(
      String schema,
      String byBytes,
      String now,
      String same,
      String sweep,
      String columns,
      String keys,
      String kind,
      String place,
      String behind) {
    this.schema = schema;
    this.byBytes = byBytes;
    this.now = now;
    this.same = same;
    this.sweep = sweep;
    this.columns = columns;
    this.keys = keys;
    this.kind = kind;
    this.place = place;
    this.behind = behind;
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

  /**
   * Returns the expression for a row's position in a scan: a text that {@link #behind} accepts,
   * also if the key is no text, or has characters that the connection cannot carry.
   */
  String place(String quoted) {
    return String.format(Locale.ROOT, place, quoted);
  }

  /** Returns the expression that is less than the keys of all rows behind a position. */
  String behind(Column key) {
    return String.format(Locale.ROOT, behind, key.charset(), key.collation());
  }

  /**
   * Tells whether a key exists already. The openid is the only unique key that our statements can
   * violate.
   */
  boolean isDuplicate(SQLException e) {
    return this == MYSQL
        ? e.getErrorCode() == 1062
        : primary(e) == SQLITE_CONSTRAINT && String.valueOf(e.getMessage()).contains("UNIQUE");
  }

  /**
   * Tells whether the statement had no effect and may succeed on a retry: a deadlock, a lock wait
   * timeout (in autocommit the whole statement is rolled back), MariaDB's "record has changed",
   * SQLite's BUSY and LOCKED.
   */
  boolean mayRunAgain(SQLException e) {
    return this == MYSQL
        ? MYSQL_AGAIN.contains(e.getErrorCode())
        : primary(e) == SQLITE_BUSY || primary(e) == SQLITE_LOCKED;
  }

  /**
   * Tells whether the server of this connection refuses writes because it is not the primary, or no
   * longer: it is read-only, or outside of its cluster. The statement had no effect, and a new
   * connection may lead to another server. A SQLite file that was replaced, or was write-protected
   * when it was opened, is refused likewise.
   */
  boolean isNotPrimary(SQLException e) {
    return this == MYSQL
        ? MYSQL_NOT_PRIMARY.contains(e.getErrorCode())
        : primary(e) == SQLITE_READONLY;
  }

  /** Tells whether the statement waited for a lock until the server's lock wait timeout. */
  boolean isLockWait(SQLException e) {
    return this == MYSQL && e.getErrorCode() == MYSQL_LOCK_WAIT;
  }

  /**
   * Tells whether a table that was usable is not usable any more, or the user has no right to it.
   */
  boolean isOutOfReach(SQLException e) {
    return this == MYSQL
        ? MYSQL_CANNOT.contains(e.getErrorCode())
        : SQLITE_CANNOT.matcher(String.valueOf(e.getMessage())).find();
  }

  /** Returns the primary code, which is the low byte of SQLite's extended codes. */
  private static int primary(SQLException e) {
    return e.getErrorCode() & 0xff;
  }
}
