package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.StoreFinding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, from version 12 on. */
final class PostgresqlDialect implements Dialect {
  private static final String DUPLICATE_KEY = "23505";
  private static final String LOCK_WAIT = "55P03";
  private static final String READ_ONLY = "25006";

  /**
   * A serialization failure, a deadlock, a lock timeout, and two that end with the next attempt,
   * for which the driver prepares the statement anew: "cached plan must not change result type",
   * and "prepared statement does not exist".
   */
  private static final Set<String> AGAIN = Set.of("40001", "40P01", LOCK_WAIT, "0A000", "26000");

  /** A unique key of the catalog, a table, an index, and a tuple that was updated concurrently. */
  private static final Set<String> CREATED_MEANWHILE =
      Set.of(DUPLICATE_KEY, "42P07", "42710", "XX000");

  /**
   * A missing table, column, schema, right or unique key, another type, another kind of relation, a
   * value that the column lacks, or that does not fit it.
   */
  private static final Set<String> OUT_OF_REACH =
      Set.of(
          "42P01", "42703", "3F000", "42501", "42P10", "42804", "42883", "42809", "55000", "23502",
          "22001", "22P02");

  /** Shutdown, crash, a dropped database, and an idle session. */
  private static final Set<String> CLOSING = Set.of("57P01", "57P02", "57P04", "57P05", "25P03");

  /** The classes of errors that a server reports. The driver has none of them but 22 and 42. */
  private static final Pattern ANSWER =
      Pattern.compile("(0A|2[1-8]|3[89DF]|4[024]|5[3-8]|F0|HV|P0|XX)[0-9A-Z]{3}");

  /** Finds a table as a statement does: by the search path, temporary tables first. */
  private static final String RELATION =
      """
      to_regclass(CASE WHEN CAST(:schema AS text) IS NULL THEN quote_ident(:table)
                       ELSE quote_ident(:schema) || '.' || quote_ident(:table) END)\
      """;

  /**
   * The name of a column in another case has quotes, so that it is not one of ours. A catalog of an
   * older server lacks some columns, hence to_jsonb.
   */
  private static final String COLUMNS =
      """
      SELECT CASE WHEN a.attname = lower(a.attname) THEN a.attname ELSE quote_ident(a.attname) END,
             CASE WHEN t.typname IN ('int2', 'int4', 'int8') THEN 'number'
                  WHEN t.typname IN ('varchar', 'text') THEN 'text' ELSE t.typname END,
             format_type(a.atttypid, a.atttypmod),
             CASE t.typname WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647
                  WHEN 'int8' THEN 9223372036854775807
                  ELSE CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 1000000000 END END,
             CASE WHEN t.typname NOT IN ('varchar', 'text') THEN 0
                  WHEN a.atttypmod > 4 THEN (a.atttypmod - 4) * CAST(4 AS bigint)
                  ELSE 1000000000 END,
             NOT a.attnotnull,
             a.atthasdef OR a.attidentity <> '',
             a.attidentity <> ''
             OR COALESCE(pg_get_expr(d.adbin, d.adrelid), '') ~* 'nextval|uuid|random'
             OR (NOT a.attnotnull AND NOT a.atthasdef),
             getdatabaseencoding() || ' without NUL',
             CASE WHEN a.attcollation = 100 THEN b.datcollate ELSE c.collname END,
             CASE WHEN a.attcollation = 0 THEN true
                  WHEN a.attcollation = 100
                  THEN CASE COALESCE(to_jsonb(b) ->> 'datlocprovider', 'c')
                            WHEN 'c' THEN lower(b.datcollate) IN ('c', 'posix', 'c.utf-8', 'c.utf8')
                            ELSE to_jsonb(b) ->> 'datlocprovider' = 'b' END
                  ELSE CASE c.collprovider
                            WHEN 'c' THEN lower(c.collcollate) IN ('c', 'posix', 'c.utf-8', 'c.utf8')
                            ELSE c.collprovider = 'b' END END
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        JOIN pg_database AS b ON b.datname = current_database()
        LEFT JOIN pg_collation AS c ON c.oid = a.attcollation
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
       LIMIT 10000
      """
          .formatted(RELATION);

  /**
   * Without deferrable keys, which ON CONFLICT does not accept. A key part with another collation
   * than its column orders and compares in another way than our checks have seen.
   */
  private static final String UNIQUE_KEYS =
      """
      SELECT r.relname, a.attname,
             i.indpred IS NULL AND i.indcollation[k] = a.attcollation
             AND (a.attnotnull OR COALESCE(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false')
        FROM pg_index AS i
        JOIN pg_class AS r ON r.oid = i.indexrelid
        CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) AS k
        LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
       WHERE i.indrelid = %s AND i.indisunique AND i.indisvalid AND i.indimmediate
       ORDER BY r.relname, k
       LIMIT 10000
      """
          .formatted(RELATION);

  private static final String STORAGE =
      """
      SELECT CASE WHEN r.relpersistence = 't' THEN 'temporary'
                  WHEN r.relkind IN ('r', 'p') THEN 'base table' WHEN r.relkind = 'v' THEN 'view'
                  WHEN r.relkind = 'm' THEN 'materialized view'
                  WHEN r.relkind = 'f' THEN 'foreign table' ELSE 'relation' END,
             CASE r.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END
        FROM pg_class AS r
       WHERE r.oid = %s
       LIMIT 1
      """
          .formatted(RELATION);

  @Override
  public String schemaFile() {
    return "schema-postgresql.sql";
  }

  @Override
  public String quote(String identifier) {
    return "\"" + identifier + "\"";
  }

  /** {@inheritDoc} The time of the call: now() is that of the transaction's start. */
  @Override
  public String now() {
    return millis("clock_timestamp()");
  }

  private static String millis(String timestamp) {
    return "CAST(floor(extract(epoch FROM " + timestamp + ") * 1000) AS bigint)";
  }

  @Override
  public String sameBytes(String column, String parameter) {
    return column + " COLLATE \"C\" IS NOT DISTINCT FROM " + parameter;
  }

  /** {@inheritDoc} A duplicate key would be an error in the server's log. */
  @Override
  public String ifAbsent(String insert, String key) {
    return insert + onConflict(key) + " DO NOTHING";
  }

  @Override
  public String returning(String key) {
    return " RETURNING " + quote(key);
  }

  /**
   * {@inheritDoc} The outer condition is checked again on a row that another process has just
   * acquired. The start of the statement is one time for all rows, so an index finds them.
   */
  @Override
  public String sweep(String table) {
    String expired = "expires_at <= " + millis("statement_timestamp()") + " - :millis";
    return "DELETE FROM %1$s WHERE %2$s AND name IN (SELECT name FROM %1$s WHERE %2$s LIMIT 500)"
        .formatted(table, expired);
  }

  /** {@inheritDoc} The last character sorts after all keys with the same beginning. */
  @Override
  public String position(String key) {
    return """
    CASE WHEN octet_length(%1$s) <= 256 THEN %1$s
         ELSE left(%1$s, 256)
              || chr(CASE getdatabaseencoding() WHEN 'UTF8' THEN 1114111 ELSE 127 END) END\
    """
        .formatted(key);
  }

  @Override
  public String behind(Column key) {
    return ":position";
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
        table.storage().kind().equals("base table"),
        "is a %s and no table; name a table of this server",
        table.storage().kind());
    table.require(
        !table.storage().engine().equals("unlogged"),
        "is unlogged, so a crash of the server empties it; ALTER TABLE %s SET LOGGED",
        table.quoted());
  }

  /**
   * {@inheritDoc} All collations tell different keys apart, but those that are not deterministic.
   */
  @Override
  public String harmOfCollation() {
    return "may order keys in another way after an upgrade of the server's operating system, whose"
        + " libraries define it, so that the index finds no rows and one user gets two";
  }

  @Override
  public String harmOfUniqueKey(String key) {
    return "the row of one " + key + " would keep out another's";
  }

  @Override
  public String binaryCollation(String table, Column column) {
    return "ALTER TABLE %s ALTER COLUMN %s TYPE %s COLLATE \"C\""
        .formatted(table, quote(column.name()), column.type());
  }

  @Override
  public String dropUniqueKey(String table, String uniqueKey) {
    return "ALTER TABLE %1$s DROP CONSTRAINT %2$s, or DROP INDEX %2$s"
        .formatted(table, quote(uniqueKey));
  }

  @Override
  public String currentDatabase() {
    return "SELECT current_database() || ', whose search path is '"
        + " || array_to_string(current_schemas(false), ', ') LIMIT 1";
  }

  @Override
  public String keyOptions() {
    return " COLLATE \"C\"";
  }

  @Override
  public Optional<String> grant(Database database, TableName table) {
    return Optional.of(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON "
            + table.quoted(this)
            + " TO "
            + database.ask("SELECT quote_ident(current_user) LIMIT 1"));
  }

  @Override
  public boolean isDuplicate(SQLException e) {
    return DUPLICATE_KEY.equals(e.getSQLState());
  }

  @Override
  public boolean isCreatedMeanwhile(SQLException e) {
    return CREATED_MEANWHILE.contains(state(e));
  }

  @Override
  public boolean mayRunAgain(SQLException e) {
    return AGAIN.contains(state(e));
  }

  /** {@inheritDoc} A standby refuses writes as a session that is read-only does. */
  @Override
  public boolean isNotPrimary(SQLException e) {
    return READ_ONLY.equals(e.getSQLState());
  }

  @Override
  public boolean isLockWait(SQLException e) {
    return LOCK_WAIT.equals(e.getSQLState());
  }

  @Override
  public boolean isOutOfReach(SQLException e) {
    return OUT_OF_REACH.contains(state(e));
  }

  @Override
  public boolean isAnswer(@Nullable String state, int code) {
    return code == 0 && state != null && ANSWER.matcher(state).matches();
  }

  @Override
  public boolean isClosing(SQLException e) {
    return CLOSING.contains(state(e));
  }

  @Override
  public @Nullable FailureReason explain(@Nullable String state, int code, String text) {
    return code == 0 && state != null ? PostgresqlError.of(state, text) : null;
  }

  private static String state(SQLException e) {
    return String.valueOf(e.getSQLState());
  }

  @Override
  public long timeoutUnitMillis() {
    return 1_000;
  }

  /**
   * {@inheritDoc} Among several servers the driver would also use a standby, and remember for 10 s
   * which one it was.
   */
  @Override
  public Map<String, String> propertiesOfSeveral(int hosts) {
    return Map.of("targetServerType", "primary", "hostRecheckSeconds", "1");
  }

  @Override
  public Map<String, String> driverProperties(Duration timeout, long connectMillis) {
    return Map.of(
        "connectTimeout",
        seconds(connectMillis),
        "socketTimeout",
        seconds(timeout.toMillis()),
        // The driver's thread for a cancel request must not outlive the operation by far.
        "cancelSignalTimeout",
        "1",
        "tcpKeepAlive",
        "true");
  }

  private static String seconds(long millis) {
    return String.valueOf((millis + 999) / 1000);
  }

  /**
   * {@inheritDoc} They end a wait for a lock before the wait for the connection, and a statement
   * that nobody waits for any more. A URL that prepares no statements leads to a pooler, which
   * hands the session to others after each transaction.
   */
  @Override
  public @Nullable String sessionSettings(String url, Duration timeout) {
    return url.contains("prepareThreshold=0") || url.contains("lock_timeout")
        ? null
        : "SET lock_timeout = 1000; SET statement_timeout = " + timeout.toMillis();
  }

  /**
   * {@inheritDoc} The driver knows from each answer whether there is a transaction, and commits it,
   * or rolls it back if it has failed, when autocommit changes. Without one it sends nothing.
   */
  @Override
  public void endTransaction(Handle handle) throws SQLException {
    Connection connection = handle.getConnection();
    connection.setAutoCommit(false);
    connection.setAutoCommit(true);
  }

  @Override
  public List<StoreFinding> diagnose(Database database) {
    return PostgresqlDiagnosis.of(database);
  }

  /** {@inheritDoc} After SET ROLE, a user may not see it. */
  @Override
  public Optional<Boolean> usesTls(Handle handle) {
    return handle
        .createQuery(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl IS NOT NULL LIMIT 1")
        .map((row, context) -> row.getBoolean(1))
        .findOne();
  }
}
