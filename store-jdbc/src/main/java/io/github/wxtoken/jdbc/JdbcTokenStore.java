package io.github.wxtoken.jdbc;

import io.github.wxtoken.CorruptTokenException;
import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStoreProvider;
import io.github.wxtoken.TokenStores;
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
 * Tokens in a table of MySQL, MariaDB or SQLite, by default {@code token}: one of our own, or the
 * one of wechat-oauth's README, which Node processes may go on using.
 *
 * <p>Each operation is one statement in autocommit and ends within the timeout (3 seconds unless
 * set otherwise). A deadlock or a lock that was not had in time is tried again; a write whose
 * connection broke is not, for nobody knows whether it came to pass: it fails with a {@link
 * TokenStoreException}. After an outage the store recovers by itself.
 *
 * <p>A table without the columns {@code unionid}, {@code session_key} and {@code extra} drops what
 * belongs there. Where a column is {@code NOT NULL}, as all of wechat-oauth's are, null is stored
 * as the empty string, which reads as null. A mini program's session is refused where it has no
 * place, and so is a value longer than its column, both with {@link IllegalArgumentException}.
 *
 * <p>Thread-safe. No monitor is held during I/O by this class.
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
    Table tokens = database.describe(name);
    if (createSchema && !(tokens.exists() && database.describe(leaseName).exists())) {
      Schema.create(database, name, leaseName);
      tokens = database.describe(name);
    }
    if (!tokens.exists()) {
      throw new TokenStoreException(
          "there is no table "
              + name
              + "; createSchema creates it, or run "
              + database.dialect().schema
              + " of wxtoken-store-jdbc",
          null);
    }
    tokens.requireDurable();
    this.table = new TokenTable(tokens, database.dialect(), Table.quote(name));
    this.leases = new Leases(database, leaseName);
    this.description = Description.of(database, name);
  }

  /**
   * Starts a store on connections that the application has. Connections must be in autocommit.
   * {@link TokenStores#open} is for a store with connections of its own.
   *
   * <p>The store waits for a connection no longer than its timeout. Where the data source may wait
   * longer, or does not say, the store asks it on one of a few threads of its own: a data source
   * that chooses its connections by a {@code ThreadLocal} then does not see the caller's. Pass one
   * that does not, or set its timeouts to less than the store's; a HikariCP pool is then asked on
   * the caller's thread, and so is any data source whose login timeout is that short.
   *
   * <p>A call inside of a transaction needs a connection besides the transaction's. Make the pool
   * larger than the number of concurrent transactions, or they use it up and wait for each other.
   *
   * @param dataSource where connections come from; the store does not close it
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
    // With useAffectedRows=true a row that stays as it is does not count. That takes the same
    // grant, and then it is there.
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
   * Returns every token. Rows are read in pages, by openid, so no connection is held while the
   * caller works, and the stream need not be closed.
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
    // Also while leases are granted unchecked.
    database.requireOpen();
    return leases.tryLease(name, atMost);
  }

  @Override
  public String description() {
    return description;
  }

  /** Closes the connections if the store opened them, from a URL. A second call does nothing. */
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
     * @param table its name, with its schema and a dot before it or not; {@code token} by default
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
     * @param leaseTable its name; that of the table of tokens and {@code _lease} by default
     * @return this
     * @throws IllegalArgumentException if it has other characters than {@code [A-Za-z0-9_]}
     */
    public Builder leaseTable(String leaseTable) {
      this.leaseTable = Table.requireName(leaseTable);
      return this;
    }

    /**
     * Says whether tables that are missing are created, by the DDL files in this module's jar.
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
     * @param timeout from 500 milliseconds to a minute; 3 seconds by default
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration timeout) {
      this.timeout = TokenStores.requireTimeout(timeout);
      return this;
    }

    /**
     * Connects, and checks that tokens can be kept in the table.
     *
     * @return the store
     * @throws TokenStoreException if the database cannot be reached, a connection is not in
     *     autocommit, or the table is missing or unfit: the message says what to do
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
