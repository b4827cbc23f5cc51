package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of another program, to copy tokens from it: {@code wxtoken copy} does. Connections,
 * TLS and error messages are those of the store. For one thread.
 */
public final class ForeignTable implements AutoCloseable {
  /** Longer than an operation of a store: a large table is read in one query. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Database database;
  private final TableName name;
  private final Pool pool;

  private ForeignTable(Database database, Pool pool, TableName name) {
    this.database = database;
    this.pool = pool;
    this.name = name;
  }

  /**
   * Connects.
   *
   * @param url the URL without our options
   * @param table the name of a table or a view, with or without its schema and a dot before it
   * @param options our options of the URL, such as {@code allowPlaintext}
   * @return the table, which the caller closes
   * @throws IllegalArgumentException if the URL, an option or the name is wrong
   * @throws TokenStoreException if the database cannot be reached
   */
  public static ForeignTable open(String url, String table, StoreOptions options) {
    TableName name = TableName.of(table);
    Pool pool = Pool.open(url, 2, TIMEOUT, false, options);
    return new ForeignTable(new Database(pool, TIMEOUT), pool, name);
  }

  /**
   * Returns the names of the columns.
   *
   * @return the names, as the database writes them
   * @throws TokenStoreException if the table cannot be read
   */
  public List<String> columns() {
    try {
      return readColumns();
    } catch (TokenStoreException e) {
      if (database.describe(name, "table").exists()) {
        throw e;
      }
      // The remedy for a table of ours would be to create it.
      throw new TokenStoreException(
          "cannot read the table "
              + name
              + ": there is no such table. Check its name, and the database in the URL",
          e.getCause());
    }
  }

  private List<String> readColumns() {
    return database.read(
        "read the columns of " + name,
        handle -> {
          try (var statement = handle.getConnection().createStatement();
              ResultSet none =
                  statement.executeQuery("SELECT * FROM " + quoted() + " WHERE 1=0 LIMIT 1")) {
            ResultSetMetaData columns = none.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
              names.add(columns.getColumnLabel(i));
            }
            return names;
          }
        });
  }

  /**
   * Returns the number of rows.
   *
   * @return the number, or empty if it takes too long to count them
   */
  public OptionalLong size() {
    try {
      return OptionalLong.of(
          Long.parseLong(database.ask("SELECT COUNT(*) FROM " + quoted() + " LIMIT 1")));
    } catch (TokenStoreException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Reads all rows by one query, a few hundred at a time.
   *
   * @param columns the names of the columns to read
   * @return the rows by the names of the columns; it holds the connection until it is closed, and
   *     ends with a {@link TokenStoreException} if the connection breaks
   * @throws TokenStoreException if the table cannot be read
   */
  public Stream<Map<String, @Nullable Object>> rows(List<String> columns) {
    String sql =
        columns.stream()
            .map(column -> database.dialect().quote(column))
            .collect(Collectors.joining(", ", "SELECT ", " FROM " + quoted()));
    Handle handle = open();
    try {
      // Outside of a transaction, PostgreSQL's driver reads all rows at once.
      handle.begin();
      Rows rows =
          new Rows(
              handle
                  .createQuery(sql)
                  .setFetchSize(
                      database
                          .dialect()
                          .fetchSize(handle.queryMetadata(DatabaseMetaData::getDriverName)))
                  .map((row, context) -> row(row, columns))
                  .iterator());
      return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
          .onClose(rows::close)
          .onClose(() -> end(handle));
    } catch (RuntimeException e) {
      end(handle);
      throw failed(e);
    }
  }

  private Handle open() {
    try {
      return pool.open(TIMEOUT.toMillis());
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private static void end(Handle handle) {
    try (handle) {
      handle.rollback();
    } catch (JdbiException e) {
      // The transaction has only read; a broken connection was reported by the rows.
    }
  }

  /** The rows of a query, without exceptions of JDBI. */
  private final class Rows implements Iterator<Map<String, @Nullable Object>> {
    private final ResultIterator<Map<String, @Nullable Object>> rows;

    Rows(ResultIterator<Map<String, @Nullable Object>> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      try {
        return rows.hasNext();
      } catch (JdbiException e) {
        throw failed(e);
      }
    }

    @Override
    public Map<String, @Nullable Object> next() {
      try {
        return rows.next();
      } catch (JdbiException e) {
        throw failed(e);
      }
    }

    void close() {
      try {
        rows.close();
      } catch (JdbiException e) {
        // Said by the rows, or nobody reads further.
      }
    }
  }

  private static Map<String, @Nullable Object> row(ResultSet row, List<String> columns)
      throws SQLException {
    Map<String, @Nullable Object> values = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i), row.getObject(i + 1));
    }
    return values;
  }

  private TokenStoreException failed(RuntimeException e) {
    SqlFailure failure = new SqlFailure(Database.sqlCause(e).map(Throwable.class::cast).orElse(e));
    return new TokenStoreException(
        "cannot read the table " + name + ": " + failure.describe(), failure);
  }

  private String quoted() {
    return name.quoted(database.dialect());
  }

  /**
   * Describes the table for people.
   *
   * @return a few words without secrets
   */
  public String description() {
    return Description.of(database, name);
  }

  /** Closes the connection. */
  @Override
  public void close() {
    database.close();
  }
}
