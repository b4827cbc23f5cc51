package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** SQLite. */
final class SqliteDialect implements Dialect {
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READONLY = 8;
  private static final int CONSTRAINT = 19;

  private static final Pattern OUT_OF_REACH =
      Pattern.compile("no such (table|column)|has no column named|cannot modify .* view");

  /** Kinds are SQLite's affinities. The collation that compares keys is that of the index. */
  private static final String COLUMNS =
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
        FROM pragma_table_xinfo(:table, coalesce(:schema, 'main')) AS c
        LEFT JOIN (SELECT p.name, max(p.coll) AS coll
                     FROM pragma_index_list(:table, coalesce(:schema, 'main')) AS i,
                          pragma_index_xinfo(i.name, coalesce(:schema, 'main')) AS p
                    WHERE i."unique" AND p.key AND p.coll <> 'BINARY'
                    GROUP BY p.name) AS x
          ON x.name = c.name
      """;

  private static final String UNIQUE_KEYS =
      """
      SELECT i.name, p.name, NOT i.partial
        FROM pragma_index_list(:table, coalesce(:schema, 'main')) AS i,
             pragma_index_xinfo(i.name, coalesce(:schema, 'main')) AS p
       WHERE i."unique" AND p.key
       ORDER BY i.name, p.seqno
      """;

  /** A table of the same name in the schema temp hides the table from statements. */
  private static final String STORAGE =
      """
      SELECT CASE t.schema WHEN 'temp' THEN 'TEMPORARY' ELSE t.type END,
             CASE WHEN coalesce(d.file, '') = '' THEN 'memory' ELSE 'sqlite' END
        FROM pragma_table_list AS t LEFT JOIN pragma_database_list AS d ON d.name = t.schema
       WHERE lower(t.name) = lower(:table)
         AND (lower(t.schema) = lower(coalesce(:schema, 'main'))
              OR (:schema IS NULL AND t.schema = 'temp'))
       ORDER BY t.schema <> 'temp'
       LIMIT 1
      """;

  @Override
  public String schemaFile() {
    return "schema-sqlite.sql";
  }

  @Override
  public String quote(String identifier) {
    return "`" + identifier + "`";
  }

  @Override
  public String now() {
    return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
  }

  @Override
  public String sameBytes(String column, String parameter) {
    return "CAST(%s AS BLOB) IS CAST(%s AS BLOB)".formatted(column, parameter);
  }

  /** {@inheritDoc} A column may ignore case where its index does not; the catalog hides that. */
  @Override
  public String byBytes() {
    return " COLLATE BINARY";
  }

  @Override
  public String sweep(String table) {
    return "DELETE FROM %1$s WHERE name IN (SELECT name FROM %1$s WHERE expires_at <= %2$s - :millis LIMIT 500)"
        .formatted(table, now());
  }

  /** {@inheritDoc} In hexadecimal: SUBSTR ends at a NUL, and counts the bytes of a BLOB. */
  @Override
  public String tooLong(String column) {
    return "hex(substr(CAST(%s AS BLOB), 1, %d))"
        .formatted(column, TokenStores.MAX_RECORD_CHARS / 2 + 1);
  }

  @Override
  public boolean enforcesLength() {
    return false;
  }

  /**
   * {@inheritDoc} A text that is not UTF-8 would come back as a different text. FF sorts after all
   * texts with the same beginning.
   */
  @Override
  public String position(String key) {
    return """
    typeof(%1$s) || CASE WHEN octet_length(%1$s) > 256
                         THEN hex(substr(CAST(%1$s AS BLOB), 1, 256)) || 'FF'
                         ELSE hex(%1$s) END\
    """
        .formatted(key);
  }

  @Override
  public String behind(Column key) {
    return """
    CASE substr(:position, 1, 4) WHEN 'blob' THEN unhex(substr(:position, 5))
         ELSE CAST(unhex(substr(:position, 5)) AS TEXT) END COLLATE BINARY\
    """;
  }

  @Override
  public boolean oneWriterAtATime() {
    return true;
  }

  @Override
  public String columns() {
    return COLUMNS;
  }

  @Override
  public String uniqueKeys() {
    return UNIQUE_KEYS;
  }

  @Override
  public String storage() {
    return STORAGE;
  }

  @Override
  public void requireDurable(Table table) {
    table.require(
        !table.storage().engine().equals("memory"),
        "is in a database in memory, so its rows are lost with the connection; name a file, or use"
            + " memory: for the tokens of one process");
  }

  @Override
  public String binaryCollation(String table, Column column) {
    return "declare the column and each unique index over it without COLLATE";
  }

  @Override
  public String dropUniqueKey(String table, String uniqueKey) {
    return uniqueKey.startsWith("sqlite_autoindex_")
        ? "make the table anew without it"
        : "DROP INDEX " + quote(uniqueKey);
  }

  @Override
  public boolean isDuplicate(SQLException e) {
    return code(e) == CONSTRAINT && String.valueOf(e.getMessage()).contains("UNIQUE");
  }

  @Override
  public boolean mayRunAgain(SQLException e) {
    return code(e) == BUSY || code(e) == LOCKED;
  }

  /** {@inheritDoc} So is a file that was replaced, or write-protected when it was opened. */
  @Override
  public boolean isNotPrimary(SQLException e) {
    return code(e) == READONLY;
  }

  @Override
  public boolean isOutOfReach(SQLException e) {
    return OUT_OF_REACH.matcher(String.valueOf(e.getMessage())).find();
  }

  /** Returns the primary code, which is the low byte of SQLite's extended codes. */
  private static int code(SQLException e) {
    return e.getErrorCode() & 0xff;
  }

  @Override
  public @Nullable FailureReason explain(@Nullable String state, int code, String text) {
    // SQLite's driver has no SQLState.
    return state != null ? null : explain(code & 0xff);
  }

  private static @Nullable FailureReason explain(int code) {
    return switch (code) {
      case 5, 6 -> new FailureReason("the file is locked by another process or connection", null);
      case 8 ->
          new FailureReason(
              "the file is read-only",
              "Give the process the right to write the file and its directory");
      case 11 -> new FailureReason("the file is damaged", "Restore it from a backup");
      case 13 -> new FailureReason("the disk is full", "Make room on it");
      case 14 ->
          new FailureReason(
              "the file cannot be opened",
              "Check its path, and give the process the right to read and write it and its"
                  + " directory");
      case 26 ->
          new FailureReason(
              "the file is not a SQLite database", "Check its path, or remove the file");
      default -> null;
    };
  }

  @Override
  public boolean isFile() {
    return true;
  }

  @Override
  public List<StoreFinding> diagnose(Database database) {
    String journal = database.ask("PRAGMA journal_mode");
    return List.of(
        journal.equals("wal")
            ? StoreFinding.ok("the journal is a WAL, so readers and the writer do not wait")
            : StoreFinding.warning(
                "the journal is " + journal + ", so readers and the writer wait for each other",
                "PRAGMA journal_mode=WAL;"));
  }

  @Override
  public Map<String, String> driverProperties(Duration timeout, long connectMillis) {
    return Map.of(
        "journal_mode", "WAL",
        // With NORMAL, a power cut can undo an acknowledged write.
        "synchronous", "FULL",
        // Short, so that we retry several times: SQLite's own waits grow and are unfair.
        "busy_timeout", String.valueOf(timeout.toMillis() / 6));
  }

  /** {@inheritDoc} SQLite refuses a transaction within another; this takes microseconds. */
  @Override
  public boolean isInTransaction(Handle handle) {
    try {
      handle.execute("BEGIN");
    } catch (JdbiException e) {
      if (Database.sqlCause(e)
          .filter(cause -> String.valueOf(cause.getMessage()).contains("within a transaction"))
          .isPresent()) {
        return true;
      }
      throw e;
    }
    handle.execute("ROLLBACK");
    return false;
  }
}
