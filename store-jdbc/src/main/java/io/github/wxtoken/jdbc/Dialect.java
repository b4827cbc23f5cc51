package io.github.wxtoken.jdbc;

import com.google.errorprone.annotations.Immutable;
import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of one kind of database, its error codes, and what its driver needs. This is the
 * extension point for a further database: one class that implements it, one DDL file, and one
 * constant of {@link Scheme}, with its {@link TlsSetting}. The README of this module has the steps.
 *
 * <p>SQL has named parameters, such as {@code :openid}. Identifiers and parameters that a method
 * receives are already written as SQL. Implementations are stateless.
 */
@Immutable
interface Dialect {

  /** Finds the dialect of a database by the name that its driver gives it. */
  static Dialect of(String product) {
    return Stream.of(Scheme.values())
        .filter(scheme -> scheme.product.equalsIgnoreCase(product))
        .map(scheme -> scheme.dialect)
        .findFirst()
        .orElseThrow(() -> unknown(product));
  }

  private static TokenStoreException unknown(String product) {
    return new TokenStoreException(
        "the database is " + product + ", not " + Scheme.all(scheme -> scheme.product), null);
  }

  /** Returns the resource whose DDL creates the tables {@code token} and {@code token_lease}. */
  String schemaFile();

  /** Quotes an identifier. */
  String quote(String identifier);

  // Statements on tokens and leases

  /** Returns the milliseconds since 1970 by the database's clock. */
  String now();

  /** Compares a column with a parameter byte for byte, where null equals null. */
  String sameBytes(String column, String parameter);

  /**
   * Returns the text that follows a key in comparisons and in ORDER BY, so that the database
   * compares its bytes; empty if the collation of the column already does.
   */
  default String byBytes() {
    return "";
  }

  /**
   * Returns the statement that inserts a row or overwrites the row of the same key.
   *
   * @param table the table
   * @param key the column with the unique key
   * @param columns the columns, each with a parameter of its name
   */
  default String upsert(String table, String key, List<String> columns) {
    return "INSERT"
        + into(table, columns)
        + onConflict(key)
        + " DO UPDATE SET "
        + columns.stream()
            .filter(column -> !column.equals(key))
            .map(column -> quote(column) + " = EXCLUDED." + quote(column))
            .collect(Collectors.joining(", "));
  }

  /** Returns the beginning of the clause that says what happens if the key exists already. */
  default String onConflict(String key) {
    return " ON CONFLICT (" + quote(key) + byBytes() + ")";
  }

  /** Returns the middle of a statement that inserts a row: each column gets a parameter. */
  default String into(String table, List<String> columns) {
    return columns.stream()
            .map(this::quote)
            .collect(Collectors.joining(", ", " INTO " + table + "(", ")"))
        + columns.stream()
            .map(column -> ":" + column)
            .collect(Collectors.joining(", ", " VALUES (", ")"));
  }

  /**
   * Turns an INSERT into one that inserts nothing if the key exists already. The default leaves it
   * to {@link #isDuplicate}.
   *
   * @param insert the statement
   * @param key the column with the unique key
   */
  default String ifAbsent(String insert, String key) {
    return insert;
  }

  /**
   * Returns the end of an INSERT by which it returns the keys of the rows that it has inserted, if
   * {@link #ifAbsent} makes it pass over rows whose key exists; otherwise null. Then a duplicate
   * key fails the statement, and no row is inserted.
   *
   * @param key the column with the unique key
   */
  default @Nullable String returning(String key) {
    return null;
  }

  /**
   * Tells whether an INSERT of several rows that fails for one of them inserts none.
   *
   * @param table the table
   */
  default boolean insertsAllOrNone(Table table) {
    return true;
  }

  /** Deletes at most 500 leases that expired at least {@code :millis} ago. */
  String sweep(String table);

  /**
   * Returns an expression that {@link TokenRows} takes for a value that is too long: a text of more
   * than {@link TokenStores#MAX_RECORD_CHARS} characters, in place of one that would fill the heap.
   */
  default String tooLong(String column) {
    return "SUBSTR(" + column + ", 1, " + (TokenStores.MAX_RECORD_CHARS + 1) + ")";
  }

  /**
   * Tells whether the database enforces the length of a column. Otherwise a value of any length may
   * be in it.
   */
  default boolean enforcesLength() {
    return true;
  }

  /**
   * Returns the expression for a row's position in a scan: a text that {@link #behind} accepts,
   * also if the key is no text, or has characters that the connection cannot carry.
   */
  String position(String key);

  /** Returns the expression that is less than the keys of all rows behind {@code :position}. */
  String behind(Column key);

  /** Tells whether one writer at a time is all that the database allows. */
  default boolean oneWriterAtATime() {
    return false;
  }

  // The description of a table. The parameters are :schema, which may be null, and :table.

  /** Selects the columns of a table, as {@link Column#of} reads them. */
  String columns();

  /**
   * Selects the columns of a table's unique keys: the key's name, the column or null for an
   * expression, whether the key compares the whole column.
   */
  String uniqueKeys();

  /** Selects the kind of a table and its storage engine. */
  String storage();

  /** Tells whether a temporary table, which is not in the catalog, hides the table. */
  default boolean isHiddenByTemporary(Handle handle, TableName table) {
    return false;
  }

  /** Requires that the table keeps what was committed, also if the server crashes. */
  void requireDurable(Table table);

  /** Requires that a column can have a unique key with an order. */
  default void requireIndexable(Table table, Column key) {}

  /** Says what a collation of a key that is not binary leads to. */
  default String harmOfCollation() {
    return "may take different keys for one, so that saving one deletes the other";
  }

  /** Says what a second unique key leads to, for a key of this name. */
  default String harmOfUniqueKey(String key) {
    return "the row of one " + key + " would replace another's";
  }

  /** Says how to make the collation of a column binary. */
  String binaryCollation(String table, Column column);

  /** Says how to drop a unique key. */
  String dropUniqueKey(String table, String uniqueKey);

  /** Selects the database that tables without a schema are in; null if there is only one. */
  default @Nullable String currentDatabase() {
    return null;
  }

  /** Returns what the type of a key's column needs behind it, so that keys compare by bytes. */
  default String keyOptions() {
    return "";
  }

  /** Returns what a CREATE TABLE needs behind its columns, so that the table is durable. */
  default String tableOptions() {
    return "";
  }

  /** Returns the statement that gives this user the right to a table; empty without users. */
  default Optional<String> grant(Database database, TableName table) {
    return Optional.empty();
  }

  // Errors

  /**
   * Tells whether a key exists already. The openid, and the name of a lease, are the only unique
   * keys that our statements can violate.
   */
  boolean isDuplicate(SQLException e);

  /**
   * Tells whether a statement that creates what is missing failed because another process has
   * created it in the meantime.
   */
  default boolean isCreatedMeanwhile(SQLException e) {
    return false;
  }

  /** Tells whether the statement had no effect and may succeed on a retry. */
  boolean mayRunAgain(SQLException e);

  /**
   * Tells whether the server of this connection refuses writes because it is not the primary, or no
   * longer: it is read-only, or outside of its cluster. The statement had no effect, and a new
   * connection may lead to another server.
   */
  boolean isNotPrimary(SQLException e);

  /** Tells whether the statement waited for a lock until the server's lock wait timeout. */
  default boolean isLockWait(SQLException e) {
    return false;
  }

  /**
   * Tells whether a table that was usable is not usable any more, or the user has no right to it.
   */
  boolean isOutOfReach(SQLException e);

  /**
   * Tells whether a server of this kind reported an error. Otherwise it is of the driver, of
   * another kind of database, or a broken connection.
   *
   * @param state its SQLState, or null
   * @param code the vendor's code, or 0
   */
  default boolean isAnswer(@Nullable String state, int code) {
    return false;
  }

  /** Tells whether the server reported that it closes this connection. */
  default boolean isClosing(SQLException e) {
    return false;
  }

  /**
   * Explains an error of this kind of database in words.
   *
   * @param state its SQLState, or null
   * @param code the vendor's code, or 0
   * @param text the driver's text, which may quote a secret
   * @return null if the error is of another kind of database, or needs no explanation
   */
  default @Nullable FailureReason explain(@Nullable String state, int code, String text) {
    return null;
  }

  // Connections

  /** Tells whether a URL may have a word between its prefix and its hosts. */
  default boolean hasSubprotocols() {
    return false;
  }

  /** Returns the unit of the driver's options for timeouts, in milliseconds. */
  default long timeoutUnitMillis() {
    return 1;
  }

  /** Returns further properties for a URL with several hosts, which it may override. */
  default Map<String, String> propertiesOfSeveral(int hosts) {
    return Map.of();
  }

  /** Tells whether the database is a file, which has no server, no network and no user. */
  default boolean isFile() {
    return false;
  }

  /**
   * Returns the driver's properties for a connection of ours, which a URL may override. The
   * drivers' own defaults wait without a limit and prepare each statement anew.
   *
   * @param timeout the longest wait for an answer
   * @param connectMillis the longest wait for a connection
   */
  Map<String, String> driverProperties(Duration timeout, long connectMillis);

  /** Returns the SQL that begins each connection of ours, or null. */
  default @Nullable String sessionSettings(String url, Duration timeout) {
    return null;
  }

  /**
   * Returns the fetch size by which a driver does not load a whole table at once.
   *
   * @param driver the name of the driver by its metadata
   */
  default int fetchSize(String driver) {
    return 500;
  }

  /**
   * Requires, when the store opens, that the session at the server has autocommit on and no
   * transaction.
   */
  default void requireAutocommit(Database database) {}

  /**
   * Tells whether SQL has begun a transaction on this connection of the application, if the
   * database can tell it at no cost.
   */
  default boolean isInTransaction(Handle handle) {
    return false;
  }

  /**
   * Ends a transaction that SQL has begun on this connection of the application, if the driver does
   * that at no cost where there is none.
   */
  default void endTransaction(Handle handle) throws SQLException {}

  /**
   * Returns the statement that commits each write on a connection of the application, if the
   * database cannot tell whether SQL has begun a transaction there; otherwise null.
   */
  default @Nullable String commit() {
    return null;
  }

  /**
   * Finds what endangers tokens on this server: its durability, its role in a replication. Leaves
   * out what the user may not ask.
   */
  default List<StoreFinding> diagnose(Database database) {
    return List.of();
  }

  /** Tells whether the connection uses TLS; empty if the database has no network. */
  default Optional<Boolean> usesTls(Handle handle) {
    return Optional.empty();
  }
}
