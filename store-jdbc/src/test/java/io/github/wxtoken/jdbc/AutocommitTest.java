package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An acknowledged write is committed, whatever SQL has done to the session. */
class AutocommitTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir Path directory;
  private String url = "";

  @BeforeEach
  void makeDatabase() throws Exception {
    url = Servers.database(MYSQL, "autocommit" + COUNT.incrementAndGet());
    TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1").close();
  }

  private static HikariDataSource pool(String url, Consumer<HikariConfig> settings) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(1);
    settings.accept(config);
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET autocommit=0",
        "SET @@session.autocommit=OFF",
        "SET SESSION sql_mode='', autocommit=0",
        "SET @@autocommit := 0",
        "BEGIN",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        "XA START 'XID'"
      })
  void aPoolWhoseInitSqlLeavesATransactionOpenIsRefusedAtStart(String sql) {
    for (String options :
        new String[] {"", "&useServerPrepStmts=true", "&useLocalSessionState=true"}) {
      // The server may still hold the identifier of the pool before.
      String own = sql.replace("XID", "xa" + COUNT.incrementAndGet());
      try (HikariDataSource pool =
          pool(url + options, config -> config.setConnectionInitSql(own))) {
        assertThatThrownBy(() -> JdbcTokenStore.builder(pool).build())
            .isInstanceOf(TokenStoreException.class)
            .hasMessageMatching(".*(autocommit is off|transaction that SQL has begun).*")
            .hasMessageContaining("connectionInitSql");
      }
    }
  }

  @Test
  void itMakesNoDifferenceWhetherHikariIsolatesItsQueries() {
    try (HikariDataSource pool =
        pool(
            url,
            config -> {
              config.setConnectionInitSql("SET autocommit=0");
              config.setIsolateInternalQueries(true);
            })) {
      assertThatThrownBy(() -> JdbcTokenStore.builder(pool).build())
          .isInstanceOf(TokenStoreException.class);
    }
  }

  /** The driver or Hikari may set it right, or not. */
  @ParameterizedTest
  @ValueSource(strings = {"autocommit=0", "autocommit=OFF,sql_mode=''"})
  void sessionVariablesOfTheUrlLoseNothingThatWasAcknowledged(String variables) throws Exception {
    String off = url + "&sessionVariables=" + variables;
    int acknowledged = 1;
    try (TokenStore store = TokenStores.open(off + "&wxtoken.poolSize=1")) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("1");
    }
    for (String options : new String[] {"", "&useLocalSessionState=true"}) {
      try (HikariDataSource pool = pool(off + options, config -> {})) {
        TokenStore store = JdbcTokenStore.builder(pool).build();
        store.saveToken("oB" + acknowledged, Tokens.token("oB" + acknowledged));
        acknowledged++;
      } catch (TokenStoreException e) {
        assertThat(e).hasMessageContaining("autocommit is off");
      }
    }
    assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("" + acknowledged);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET autocommit=0", "BEGIN", "START TRANSACTION READ ONLY"})
  void onAConnectionThatComesBackDirtyAWriteIsRefusedOrCommitted(String sql) throws Exception {
    for (String driver : new String[] {url, mariadb()}) {
      try (HikariDataSource pool = pool(driver, config -> {})) {
        TokenStore store = JdbcTokenStore.builder(pool).build();
        dirty(pool, sql);

        boolean acknowledged = saves(store, "oA");
        boolean leased = leases(store);

        assertThat(Servers.query(driver, "SELECT count(*) FROM token"))
            .isEqualTo(acknowledged ? "1" : "0");
        assertThat(Servers.query(driver, "SELECT count(*) FROM token_lease"))
            .isEqualTo(leased ? "1" : "0");
        dirty(pool, "ROLLBACK");
        dirty(pool, "SET autocommit=1");
        store.saveToken("oB", Tokens.token("oB"));
        assertThat(store.getToken("oB")).isPresent();
      }
    }
  }

  private static boolean saves(TokenStore store, String openid) {
    try {
      store.saveToken(openid, Tokens.token(openid));
      return true;
    } catch (TokenStoreException e) {
      return false;
    }
  }

  private static boolean leases(TokenStore store) {
    try {
      return store.tryLease("refresh:oA", Duration.ofMinutes(1)).isPresent();
    } catch (TokenStoreException e) {
      return false;
    }
  }

  private static String mariadb() throws Exception {
    String url = Servers.database(MARIADB, "autocommit" + COUNT.incrementAndGet());
    TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1").close();
    return url;
  }

  private static void dirty(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** After an error the drivers know less than before, and one of them expects a transaction. */
  @Test
  void anErrorOfTheServerIsNotTakenForATransaction() throws Exception {
    for (String driver : new String[] {url, mariadb()}) {
      try (HikariDataSource pool = pool(driver, config -> {})) {
        TokenStore store = JdbcTokenStore.builder(pool).build();
        assertThat(store.saveTokenIfAbsent("oA", Tokens.token("oA"))).isTrue();
        for (int i = 0; i < 3; i++) {
          assertThat(store.saveTokenIfAbsent("oA", Tokens.token("oA"))).isFalse();
        }
        Servers.execute(driver, "RENAME TABLE token TO elsewhere");
        assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(TokenStoreException.class);
        Servers.execute(driver, "RENAME TABLE elsewhere TO token");

        store.saveToken("oB", Tokens.token("oB"));
        assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
      }
    }
  }

  /** Behind a wrapper that does not unwrap, only the server knows. */
  @ParameterizedTest
  @ValueSource(strings = {"SET autocommit=0", "BEGIN", "SET completion_type=1, autocommit=0"})
  void whatIsAcknowledgedThroughAWrapperIsCommitted(String sql) throws Exception {
    try (HikariDataSource pool = pool(url, config -> {})) {
      TokenStore store =
          JdbcTokenStore.builder(
                  FailingConnections.dataSource(url, connection -> hidden(pool.getConnection())))
              .build();
      dirty(pool, sql);

      store.saveToken("oA", Tokens.token("oA"));
      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("1");
      assertThat(store.replaceToken("oA", Tokens.token("oA"), Tokens.renewed(Tokens.token("oA"))))
          .isTrue();
      assertThat(Servers.query(url, "SELECT access_token FROM token"))
          .isEqualTo("CANARY-renewed-1");
      assertThat(store.deleteToken("oA")).isTrue();
      assertThat(Servers.query(url, "SELECT count(*) FROM token")).isEqualTo("0");
    }
  }

  @Test
  void aWrapperDoesNotHideAutocommitThatIsOffFromTheStart() {
    assertThatThrownBy(
            () ->
                JdbcTokenStore.builder(
                        FailingConnections.dataSource(
                            url,
                            connection -> {
                              try (Statement statement = connection.createStatement()) {
                                statement.execute("SET autocommit=0");
                              }
                              return hidden(connection);
                            }))
                    .build())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("autocommit is off");
  }

  private static Connection hidden(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            AutocommitTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().matches("unwrap|isWrapperFor")) {
                throw new SQLFeatureNotSupportedException();
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET SESSION TRANSACTION READ ONLY",
        "SET @@session.transaction_read_only=1",
        "SET SESSION TRANSACTION READ ONLY, ISOLATION LEVEL READ COMMITTED"
      })
  void aReadOnlySessionAcknowledgesNothing(String sql) throws Exception {
    String init = readOnly(sql);
    try (HikariDataSource pool = pool(url, config -> config.setConnectionInitSql(init))) {
      TokenStore store = JdbcTokenStore.builder(pool).build();

      assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
          .isInstanceOf(TokenStoreException.class);
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  private String readOnly(String sql) throws SQLException {
    // Older MariaDBs call it tx_read_only.
    boolean old =
        Servers.isMariadb(url) && Servers.query(url, "SELECT VERSION() < '11.1'").equals("1");
    return old ? sql.replace("transaction_read_only", "tx_read_only") : sql;
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT s"})
  void aTransactionThatSqlHasBegunInSqliteIsRefused(String sql) throws Exception {
    String file = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(file + "?wxtoken.createSchema=true").close();
    try (HikariDataSource pool = pool(file, config -> config.setConnectionInitSql(sql))) {
      assertThatThrownBy(() -> JdbcTokenStore.builder(pool).build())
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("transaction that SQL has begun");
    }
    try (HikariDataSource pool = pool(file, config -> {})) {
      TokenStore store = JdbcTokenStore.builder(pool).build();
      store.saveToken("oA", Tokens.token("oA"));
      dirty(pool, sql);

      assertThatThrownBy(() -> store.saveToken("oB", Tokens.token("oB")))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("transaction that SQL has begun");
      dirty(pool, "ROLLBACK");
      store.saveToken("oB", Tokens.token("oB"));
    }
    assertThat(Servers.query(file, "SELECT count(*) FROM token")).isEqualTo("2");
  }
}
