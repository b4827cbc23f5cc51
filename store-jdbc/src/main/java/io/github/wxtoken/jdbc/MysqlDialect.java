package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MySQL and MariaDB. */
final class MysqlDialect implements Dialect {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcTokenStore.class);

  private static final int DUPLICATE_KEY = 1062;
  private static final int LOCK_WAIT = 1205;

  /**
   * A deadlock, a lock wait timeout (in autocommit the whole statement is rolled back), and
   * MariaDB's "record has changed".
   */
  private static final Set<Integer> AGAIN = Set.of(1213, LOCK_WAIT, 1020);

  /**
   * The codes for a missing table, database, column, right, default value or tablespace, for a
   * broken table, and for a view instead of a table.
   */
  private static final Set<Integer> OUT_OF_REACH =
      Set.of(
          1044, 1049, 1054, 1142, 1143, 1146, 1288, 1347, 1364, 1366, 1406, 1034, 1194, 1195, 1812,
          1932);

  /**
   * The codes for read_only or super_read_only, a plugin that rolled back the commit (Group
   * Replication), InnoDB's read-only mode, and Galera's "not ready".
   */
  private static final Set<Integer> NOT_PRIMARY = Set.of(1290, 3100, 1836, 1047);

  private static final int FIRST_OF_SERVER = 1000;

  /**
   * Codes by which the server closes the connection: shutdown, killed, aborted, idle for too long.
   */
  private static final Set<Integer> CLOSING = Set.of(1053, 1152, 1184, 1927, 4031);

  /** Storage engines that keep acknowledged writes if the server crashes. */
  private static final Set<String> DURABLE = Set.of("innodb", "rocksdb", "tokudb", "ndbcluster");

  private static final Set<String> CRASH_PRONE = Set.of("myisam", "aria");

  /** InnoDB's limit. A longer text has a unique key by its hash, which has no order. */
  private static final int LONGEST_KEY_BYTES = 3072;

  /** The errors of SET TRANSACTION within a transaction, and within one of XA. */
  private static final Set<Integer> IN_TRANSACTION = Set.of(1568, 1399);

  private static final String COLUMNS =
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
       WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table
       LIMIT 10000
      """;

  private static final String UNIQUE_KEYS =
      """
      SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NULL
        FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table
         AND NON_UNIQUE = 0
       ORDER BY INDEX_NAME, SEQ_IN_INDEX
       LIMIT 10000
      """;

  private static final String STORAGE =
      """
      SELECT TABLE_TYPE, ENGINE
        FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table
       LIMIT 1
      """;

  private static final String ACCOUNT =
      """
      SELECT CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@',
                    QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))
      LIMIT 1
      """;

  @Override
  public String schemaFile() {
    return "schema-mysql.sql";
  }

  @Override
  public String quote(String identifier) {
    return "`" + identifier + "`";
  }

  /**
   * {@inheritDoc} Arithmetic in UTC: NOW() depends on the session's time zone, and is ambiguous
   * when summer time ends.
   */
  @Override
  public String now() {
    return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000";
  }

  /**
   * {@inheritDoc} As bytes: a collation may treat "A" and "a" as equal and, if it pads, "A " and
   * "A".
   */
  @Override
  public String sameBytes(String column, String parameter) {
    return "CAST(CONVERT(%s USING utf8mb4) AS BINARY) <=> CAST(CONVERT(%s USING utf8mb4) AS BINARY)"
        .formatted(column, parameter);
  }

  @Override
  public String upsert(String table, String key, List<String> columns) {
    return "REPLACE" + into(table, columns);
  }

  /** {@inheritDoc} An engine without transactions keeps the rows before the one that failed. */
  @Override
  public boolean insertsAllOrNone(Table table) {
    return !CRASH_PRONE.contains(table.storage().engine());
  }

  @Override
  public String sweep(String table) {
    return "DELETE FROM " + table + " WHERE expires_at <= " + now() + " - :millis LIMIT 500";
  }

  @Override
  public String position(String key) {
    return "HEX(" + key + ")";
  }

  /** {@inheritDoc} The bytes are in the column's character set, whatever the connection's is. */
  @Override
  public String behind(Column key) {
    return "CONVERT(UNHEX(:position) USING " + key.charset() + ") COLLATE " + key.collation();
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
  public boolean isHiddenByTemporary(Handle handle, TableName table) {
    try {
      return handle
          .createQuery("SHOW CREATE TABLE " + table.quoted(this))
          .map((row, context) -> row.getString(2).toLowerCase(Locale.ROOT))
          .first()
          .startsWith("create temporary ");
    } catch (JdbiException e) {
      // Rights to single columns do not show it.
      if (Database.sqlCause(e).filter(this::isOutOfReach).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void requireDurable(Table table) {
    String engine = table.storage().engine();
    String remedy = "ALTER TABLE " + table.quoted() + " ENGINE=InnoDB";
    if (CRASH_PRONE.contains(engine)) {
      LOG.warn(
          "The table {} has the engine {}, which may lose rows when the server crashes. {}",
          table.name(),
          engine,
          remedy);
      return;
    }
    table.require(
        DURABLE.contains(engine),
        "has the engine %s, which does not keep what was committed; %s",
        engine,
        remedy);
  }

  @Override
  public void requireIndexable(Table table, Column key) {
    table.require(
        key.bytes() <= LONGEST_KEY_BYTES,
        "column %s is %s, and a key must have at most %d bytes; %s",
        key.name(),
        key.type(),
        LONGEST_KEY_BYTES,
        modify(table.quoted(), key, "varchar(200)", "ascii"));
  }

  @Override
  public String binaryCollation(String table, Column column) {
    return modify(table, column, column.type(), column.charset());
  }

  private static String modify(String table, Column column, String type, String charset) {
    return "ALTER TABLE %s MODIFY `%s` %s CHARACTER SET %s COLLATE %4$s_bin NOT NULL"
        .formatted(table, column.name(), type, charset);
  }

  @Override
  public String dropUniqueKey(String table, String uniqueKey) {
    return "ALTER TABLE "
        + table
        + (uniqueKey.equals("PRIMARY") ? " DROP PRIMARY KEY" : " DROP INDEX " + quote(uniqueKey));
  }

  @Override
  public String currentDatabase() {
    return "SELECT DATABASE() LIMIT 1";
  }

  @Override
  public String tableOptions() {
    return " ENGINE=InnoDB CHARSET=ascii COLLATE=ascii_bin";
  }

  @Override
  public Optional<String> grant(Database database, TableName table) {
    String schema =
        table.schema() == null ? database.ask("SELECT CONCAT('`', DATABASE(), '`.') LIMIT 1") : "";
    return Optional.of(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON "
            + schema
            + table.quoted(this)
            + " TO "
            + database.ask(ACCOUNT));
  }

  @Override
  public boolean isDuplicate(SQLException e) {
    return e.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public boolean mayRunAgain(SQLException e) {
    return AGAIN.contains(e.getErrorCode());
  }

  @Override
  public boolean isNotPrimary(SQLException e) {
    return NOT_PRIMARY.contains(e.getErrorCode());
  }

  @Override
  public boolean isLockWait(SQLException e) {
    return e.getErrorCode() == LOCK_WAIT;
  }

  @Override
  public boolean isOutOfReach(SQLException e) {
    return OUT_OF_REACH.contains(e.getErrorCode());
  }

  /** {@inheritDoc} Codes of the drivers are smaller than 1,000. */
  @Override
  public boolean isAnswer(@Nullable String state, int code) {
    return state != null && code >= FIRST_OF_SERVER;
  }

  @Override
  public boolean isClosing(SQLException e) {
    return CLOSING.contains(e.getErrorCode());
  }

  @Override
  public @Nullable FailureReason explain(@Nullable String state, int code, String text) {
    return isAnswer(state, code) ? MysqlError.of(code, text) : MysqlError.ofLogin(text);
  }

  @Override
  public boolean hasSubprotocols() {
    return true;
  }

  /** {@inheritDoc} The drivers' default of 120 keeps an attempt under way for half a minute. */
  @Override
  public Map<String, String> propertiesOfSeveral(int hosts) {
    return Map.of("retriesAllDown", String.valueOf(hosts));
  }

  /** {@inheritDoc} Connector/J loads all rows with any other fetch size. */
  @Override
  public int fetchSize(String driver) {
    return driver.startsWith("MySQL") ? Integer.MIN_VALUE : Dialect.super.fetchSize(driver);
  }

  @Override
  public Map<String, String> driverProperties(Duration timeout, long connectMillis) {
    return Map.of(
        "connectTimeout", String.valueOf(connectMillis),
        "socketTimeout", String.valueOf(timeout.toMillis()),
        "useServerPrepStmts", "true",
        "cachePrepStmts", "true",
        "prepStmtCacheSize", "50",
        // Connector/J's default of 256 is less than the length of our UPDATE.
        "prepStmtCacheSqlLimit", "4096",
        // Otherwise Connector/J asks the server before each of JDBI's writes whether the session is
        // read-only.
        "readOnlyPropagatesToServer", "false");
  }

  /**
   * {@inheritDoc} They prevent silent truncation, and end a wait for a lock before the wait for the
   * connection.
   */
  @Override
  public String sessionSettings(String url, Duration timeout) {
    // Autocommit comes last: the URL's sessionVariables or the server's init_connect may switch it
    // off.
    String strict =
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES'), autocommit = 1";
    return url.contains("lock_wait_timeout=")
        ? strict
        : strict
            + ", innodb_lock_wait_timeout = 1, lock_wait_timeout = "
            + Math.max(1, timeout.toSeconds() - 1);
  }

  @Override
  public void requireAutocommit(Database database) {
    if (!database.ask("SELECT @@autocommit LIMIT 1").equals("1")) {
      throw Autocommit.off("open the store");
    }
    try {
      database.read("open the store", handle -> handle.execute("SET TRANSACTION READ WRITE"));
    } catch (TokenStoreException e) {
      if (Database.sqlCause(e)
          .map(SQLException::getErrorCode)
          .filter(IN_TRANSACTION::contains)
          .isPresent()) {
        throw Autocommit.inTransaction("open the store");
      }
      throw e;
    }
  }

  /**
   * {@inheritDoc} No method of JDBC tells whether the session is in a transaction, so this costs
   * one round trip. A completion_type of the server must not make it begin another transaction. A
   * read on a connection that the application gave back within a transaction shows the state at the
   * start of that transaction.
   */
  @Override
  public String commit() {
    return "COMMIT AND NO CHAIN";
  }

  @Override
  public List<StoreFinding> diagnose(Database database) {
    return MysqlDiagnosis.of(database);
  }

  @Override
  public Optional<Boolean> usesTls(Handle handle) {
    return handle
        .createQuery("SHOW STATUS LIKE 'Ssl_cipher'")
        .map((row, context) -> !row.getString(2).isEmpty())
        .findOne();
  }
}
