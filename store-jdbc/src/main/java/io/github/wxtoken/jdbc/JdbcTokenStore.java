package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenScan;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStoreProvider;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores tokens in a table of MySQL, MariaDB, PostgreSQL or SQLite, by default {@code token}. The
 * table is one of our own, or that of wechat-oauth's README, which Node processes may continue to
 * use.
 *
 * <p>Each operation but {@link #saveTokensIfAbsent} is one statement in autocommit and ends within
 * the timeout (3 seconds unless set otherwise). A statement that ends with a deadlock or a lock
 * timeout is retried. A write whose connection broke is not retried, because it may have taken
 * effect: it fails with a {@link TokenStoreException}. After an outage the store recovers by
 * itself.
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
  private final TableName name;
  private final TokenTable table;
  private final TokenSql sql;
  private final TokenRows rows;
  private final @Nullable TokenInserts inserts;
  private final JdbcLeases leases;
  private final String description;

  private JdbcTokenStore(
      Database database, TableName name, TableName leaseName, boolean createSchema) {
    this.database = database;
    this.name = name;
    database.dialect().requireAutocommit(database);
    Table tokens = database.describe(name, "table");
    if (createSchema) {
      tokens = created(database, tokens, leaseName);
    }
    this.table = fit(database, tokens);
    this.sql = new TokenSql(table, database.dialect(), tokens.quoted());
    this.rows = new TokenRows(table);
    this.inserts =
        database.dialect().insertsAllOrNone(tokens) ? new TokenInserts(database, table, sql) : null;
    this.leases = new JdbcLeases(database, leaseName);
    this.description = Description.of(database, name);
  }

  /**
   * Creates the tables that are missing. Checks both names first, so that a refused call creates
   * nothing.
   */
  private static Table created(Database database, Table tokens, TableName leaseName) {
    Table leases = JdbcLeases.describe(database, leaseName);
    JdbcLeases.requireFit(leases);
    if (tokens.exists()) {
      TokenTable unused = fit(database, tokens);
      if (leases.exists()) {
        return tokens;
      }
    }
    Schema.create(database, tokens.name(), leaseName);
    return database.describe(tokens.name(), "table");
  }

  private static TokenTable fit(Database database, Table tokens) {
    if (!tokens.exists()) {
      throw new TokenStoreException(Schema.missing(database, tokens.name()), null);
    }
    tokens.requireDurable();
    return new TokenTable(tokens);
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
    if (dataSource == null) {
      throw new IllegalArgumentException("dataSource must not be null");
    }
    return new Builder((timeout, createSchema) -> new Database(dataSource, timeout));
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    requireKey(openid);
    return read(openid);
  }

  private Optional<OAuthToken> read(String openid) {
    return database.read(
        "read the token of " + openid,
        handle ->
            table
                .bindKey(handle.createQuery(sql.select), openid)
                .map((row, context) -> rows.readTexts(row))
                .findOne()
                .map(texts -> rows.token(openid, texts)));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    requireToken(openid, token);
    database.write(
        "save the token of " + openid,
        handle -> table.bind(handle.createUpdate(sql.replace), token).execute());
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    requireToken(openid, token);
    return database.write(
        "save the token of " + openid,
        handle -> database.insert(table.bind(handle.createUpdate(sql.insert), token)));
  }

  @Override
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    if (inserts == null) {
      return TokenStore.super.saveTokensIfAbsent(tokens);
    }
    List<OAuthToken> checked = TokenStores.requireTokens(tokens);
    checked.forEach(table::check);
    database.requireOpen();
    return inserts.insert(checked, token -> saveTokenIfAbsent(token.openid(), token));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    requireToken(openid, token);
    int changed =
        database.write(
            "replace the token of " + openid,
            handle ->
                table
                    .bindExpected(table.bind(handle.createUpdate(sql.update), token), expected)
                    .execute());
    // With useAffectedRows=true, MySQL does not count a row that stays the same. Then the expected
    // grant is the new one, and the row exists.
    return changed > 0 || (token.sameGrant(expected) && isStored(token));
  }

  @Override
  public boolean deleteToken(String openid) {
    requireKey(openid);
    int deleted =
        database.write(
            "delete the token of " + openid,
            handle -> table.bindKey(handle.createUpdate(sql.delete), openid).execute());
    return deleted > 0;
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    requireKey(openid);
    int deleted =
        database.write(
            "delete the token of " + openid,
            handle ->
                table
                    .bindExpected(
                        table.bindKey(handle.createUpdate(sql.deleteExpected), openid), expected)
                    .execute());
    return deleted > 0;
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
    return TokenScan.stream(this::page, this::token, corrupt);
  }

  private TokenScan.Page<String, TokenRows.Row> page(@Nullable String after) {
    List<TokenRows.Row> page =
        database.read(
            "list tokens",
            handle ->
                (after == null
                        ? handle.createQuery(sql.firstPage)
                        : handle.createQuery(sql.nextPage).bind("position", after))
                    .map((row, context) -> rows.readRow(row))
                    .list());
    boolean isLast = page.size() < TokenSql.PAGE;
    return new TokenScan.Page<>(page, isLast ? null : page.get(page.size() - 1).position());
  }

  /** Returns the token of a row of a page. A row with long values is read now, by itself. */
  private Optional<OAuthToken> token(TokenRows.Row row) {
    String openid = rows.key(row);
    return row.isLong() ? read(openid) : Optional.of(rows.token(openid, row.texts()));
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

  @Override
  public List<StoreFinding> diagnose() {
    return new JdbcDiagnosis(database, name, table).findings();
  }

  @Override
  public OptionalLong approximateSize() {
    try {
      return database.read(
          "count the tokens",
          handle -> OptionalLong.of(handle.createQuery(sql.count).mapTo(Long.class).one()));
    } catch (TokenStoreException e) {
      return OptionalLong.empty(); // Counting may take longer than an operation may.
    }
  }

  /** Closes the connections if the store opened them from a URL. A second call does nothing. */
  @Override
  public void close() {
    database.close();
  }

  private boolean isStored(OAuthToken token) {
    return database.read(
        "read the token of " + token.openid(),
        handle ->
            table
                .bind(handle.createQuery(sql.find), token)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
  }

  private void requireKey(String openid) {
    table.checkKey(TokenStores.requireOpenid(openid));
  }

  private void requireToken(String openid, OAuthToken token) {
    table.check(TokenStores.requireToken(openid, token));
  }

  /** Sets up a store on the application's own connections. Not safe for use by several threads. */
  public static final class Builder {
    private final Opening opening;
    private TableName table = TableName.of("token");
    private @Nullable TableName leaseTable;
    private boolean createSchema;
    private Duration timeout = TIMEOUT;

    /** Connects to the database. */
    private interface Opening {
      Database open(Duration timeout, boolean createSchema);
    }

    private Builder(Opening opening) {
      this.opening = opening;
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
      this.table = TableName.of(table);
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
      this.leaseTable = TableName.of(leaseTable);
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
      TableName leases = leaseTable == null ? table.leases() : leaseTable;
      Database database = opening.open(timeout, createSchema);
      try {
        return new JdbcTokenStore(database, table, leases, createSchema);
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
    }
  }

  /** Opens JDBC URLs of MySQL, MariaDB, PostgreSQL and SQLite. */
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
    public String schema(String url, StoreOptions options) {
      Dialect dialect = Scheme.of(url).orElseThrow(Pool::unknownScheme).dialect;
      String table = options.text("table", "token");
      return Schema.script(
          dialect, TableName.of(table), TableName.of(options.text("leaseTable", table + "_lease")));
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      int size = options.count("poolSize", Pool.defaultSize(url));
      String table = options.text("table", "token");
      return new Builder(
              (timeout, createSchema) ->
                  new Database(Pool.open(url, size, timeout, createSchema, options), timeout))
          .table(table)
          .leaseTable(options.text("leaseTable", table + "_lease"))
          .createSchema(options.flag("createSchema", false))
          .timeout(options.millis("timeout", TIMEOUT))
          .build();
    }
  }
}
