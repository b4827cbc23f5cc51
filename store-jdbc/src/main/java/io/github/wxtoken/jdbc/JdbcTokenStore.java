package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores tokens in a table of MySQL, MariaDB or SQLite, by default {@code token}. The table is one
 * of our own, or that of wechat-oauth's README, which Node processes may continue to use.
 *
 * <p>Each operation is one statement in autocommit and ends within the timeout (3 seconds unless
 * set otherwise). A statement that ends with a deadlock or a lock timeout is retried. A write whose
 * connection broke is not retried, because it may have taken effect: it fails with a {@link
 * TokenStoreException}. After an outage the store recovers by itself.
 *
 * <p>A table without the columns {@code unionid}, {@code session_key} and {@code extra} drops the
 * values of these fields. If a column is {@code NOT NULL}, as all of wechat-oauth's are, null is
 * stored as the empty string, and the empty string reads as null. The store refuses a mini
 * program's session if the table has no column for it, and a value longer than its column, both
 * with {@link IllegalArgumentException}.
 *
 * <p>Thread-safe. This class holds no monitor during I/O.
 */
public final class JdbcTokenStore implements TokenStore {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final Database database;
  private final TokenTable table;
  private final Leases leases;
  private final String description;

  private JdbcTokenStore(Database database, String name, String leaseName, boolean createSchema) {
    this.database = database;
    database.requireAutocommit();
    Table tokens = database.describe(name, "table");
    if (createSchema) {
      tokens = created(database, tokens, name, leaseName);
    }
    this.table = fit(database, tokens, name);
    this.leases = new Leases(database, leaseName);
    this.description = Description.of(database, name);
  }

  /**
   * Creates the tables that are missing. Checks both names first, so that a refused call creates
   * nothing.
   */
  private static Table created(Database database, Table tokens, String name, String leaseName) {
    Table leases = Leases.describe(database, leaseName);
    Leases.requireFit(leases);
    if (tokens.exists()) {
      TokenTable unused = fit(database, tokens, name);
      if (leases.exists()) {
        return tokens;
      }
    }
    Schema.create(database, name, leaseName);
    return database.describe(name, "table");
  }

  private static TokenTable fit(Database database, Table tokens, String name) {
    if (!tokens.exists()) {
      throw new TokenStoreException(Schema.missing(database, name), null);
    }
    tokens.requireDurable();
    return new TokenTable(tokens, database.dialect(), Table.quote(name));
  }

  /**
   * Starts a store on the application's own connections, which must be in autocommit. {@link
   * TokenStores#open} opens a store with connections of its own.
   *
   * <p>The store waits for a connection no longer than its timeout. If the data source may wait
   * longer, or does not report its timeout, the store asks it on one of a few threads of its own: a
   * data source that chooses its connections by a {@code ThreadLocal} then does not see the
   * caller's value. Pass a data source that does not use one, or set its timeouts to less than the
   * store's; the store asks a HikariCP pool, or any data source with a login timeout that short, on
   * the caller's thread.
   *
   * <p>A call inside a transaction needs a connection besides the transaction's. Make the pool
   * larger than the number of concurrent transactions; otherwise they use up the pool and wait for
   * each other.
   *
   * @param dataSource the source of connections; the store does not close it
   * @return a builder
   * @throws IllegalArgumentException if it is null
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(dataSource);
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    requireKey(openid);
    return read(openid);
  }

  private Optional<OAuthToken> read(String openid) {
    return database.read(
        "read the token of " + openid,
        session -> {
          try (PreparedStatement statement = session.prepare(table.select)) {
            statement.setString(1, openid);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(table.read(row, openid)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    requireToken(openid, token);
    database.write("save the token of " + openid, session -> put(session, table.replace, token));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    requireToken(openid, token);
    return database.write(
        "save the token of " + openid,
        session -> {
          try {
            return put(session, table.insert, token);
          } catch (SQLException e) {
            if (database.dialect().isDuplicate(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    requireToken(openid, token);
    boolean changed =
        database.write(
            "replace the token of " + openid,
            session -> {
              try (PreparedStatement statement = session.prepare(table.update)) {
                table.bindUpdate(statement, expected, token);
                return statement.executeUpdate() > 0;
              }
            });
    // With useAffectedRows=true, MySQL does not count a row that stays the same. Then the expected
    // grant is the new one, and the row exists.
    return changed || (token.sameGrant(expected) && isStored(token));
  }

  @Override
  public boolean deleteToken(String openid) {
    requireKey(openid);
    return database.write(
        "delete the token of " + openid,
        session -> {
          try (PreparedStatement statement = session.prepare(table.delete)) {
            statement.setString(1, openid);
            return statement.executeUpdate() > 0;
          }
        });
  }

  /**
   * Returns every token. Rows are read in pages, ordered by openid, so no connection is held while
   * the caller works, and the stream need not be closed.
   *
   * @return the tokens, as {@link TokenStore#tokens} describes
   */
  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    database.requireOpen();
    return StreamSupport.stream(new TokenScan(database, table, this::read, corrupt), false);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    // Required also while leases are granted unchecked: then no statement is sent.
    database.requireOpen();
    return leases.tryLease(name, atMost);
  }

  @Override
  public String description() {
    return description;
  }

  /** Closes the connections if the store opened them from a URL. A second call does nothing. */
  @Override
  public void close() {
    database.close();
  }

  private boolean put(Database.Session session, String sql, OAuthToken token) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      table.bindRow(statement, token);
      return statement.executeUpdate() > 0;
    }
  }

  private boolean isStored(OAuthToken token) {
    return database.read(
        "read the token of " + token.openid(),
        session -> {
          try (PreparedStatement statement = session.prepare(table.find)) {
            table.bindFind(statement, token);
            try (ResultSet row = statement.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  private void requireKey(String openid) {
    table.checkKey(TokenStores.requireOpenid(openid));
  }

  private void requireToken(String openid, OAuthToken token) {
    table.check(TokenStores.requireToken(openid, token));
  }

  /** Sets up a store on the application's own connections. Not safe for use by several threads. */
  public static final class Builder {
    private final DataSource dataSource;
    private String table = "token";
    private @Nullable String leaseTable;
    private boolean createSchema;
    private Duration timeout = TIMEOUT;

    private Builder(DataSource dataSource) {
      if (dataSource == null) {
        throw new IllegalArgumentException("dataSource must not be null");
      }
      this.dataSource = dataSource;
    }

    /**
     * Sets the table of the tokens.
     *
     * @param table its name, with or without its schema and a dot before it; {@code token} by
     *     default
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_]}
     */
    public Builder table(String table) {
      this.table = Table.requireName(table);
      return this;
    }

    /**
     * Sets the table of the leases.
     *
     * @param leaseTable its name; by default the name of the table of tokens with the suffix {@code
     *     _lease}
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_]}
     */
    public Builder leaseTable(String leaseTable) {
      this.leaseTable = Table.requireName(leaseTable);
      return this;
    }

    /**
     * Sets whether to create missing tables from the DDL files in this module's jar. A table that
     * exists is checked first: if it does not fit the store, nothing is created.
     *
     * @param createSchema true to create them; false by default
     * @return this
     */
    public Builder createSchema(boolean createSchema) {
      this.createSchema = createSchema;
      return this;
    }

    /**
     * Sets the time within which an operation ends.
     *
     * @param timeout from 500 milliseconds to one minute; 3 seconds by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration timeout) {
      this.timeout = TokenStores.requireTimeout(timeout);
      return this;
    }

    /**
     * Connects, and checks that the table can hold tokens.
     *
     * @return the store
     * @throws TokenStoreException if the database cannot be reached, a connection is not in
     *     autocommit, or the table is missing or unfit; the message says what to do
     */
    public JdbcTokenStore build() {
      String lease = leaseTable == null ? Table.requireName(table + "_lease") : leaseTable;
      return new JdbcTokenStore(new Database(dataSource, timeout), table, lease, createSchema);
    }
  }

  /** Opens {@code jdbc:mysql:}, {@code jdbc:mariadb:} and {@code jdbc:sqlite:} URLs. */
  public static final class Provider implements TokenStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public boolean accepts(String url) {
      return Pool.accepts(url);
    }

    @Override
    public Set<String> options() {
      return Set.of(
          "createSchema",
          "table",
          "leaseTable",
          "poolSize",
          "timeout",
          StoreOptions.ALLOW_PLAINTEXT);
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      String table = Table.requireName(options.text("table", "token"));
      String lease = Table.requireName(options.text("leaseTable", table + "_lease"));
      boolean createSchema = options.flag("createSchema", false);
      Duration timeout = TokenStores.requireTimeout(options.millis("timeout", TIMEOUT));
      int size = options.count("poolSize", Pool.defaultSize(url));
      Database database =
          new Database(Pool.open(url, size, timeout, createSchema, options), timeout);
      try {
        return new JdbcTokenStore(database, table, lease, createSchema);
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
    }
  }
}
