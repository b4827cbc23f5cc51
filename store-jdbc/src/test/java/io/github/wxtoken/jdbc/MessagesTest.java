package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The messages that an operator reads when a database refuses: what failed and where, why, and what
 * to do.
 */
class MessagesTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private static final int NO_SUCH_THREAD = 1094;
  private static final Pattern AT = Pattern.compile("//([^/?]+)");

  /** The servers that the rules hold for. */
  enum Kind {
    MYSQL("MySQL"),
    MARIADB("MariaDB");

    final String product;

    Kind(String product) {
      this.product = product;
    }

    TestServer server() {
      return this == MYSQL ? Servers.MYSQL : Servers.MARIADB;
    }

    /** Makes an empty database, and an account for this kind with all rights to it. */
    Fixture fixture(String name) throws Exception {
      String root = Servers.database(server(), "messages_" + name);
      return Fixture.of(this, root);
    }
  }

  /** A database, and an account with all rights to it alone. */
  private record Fixture(Kind kind, String root) {
    static final String PASSWORD = "CANARY-password";

    static Fixture of(Kind kind, String root) throws Exception {
      Servers.assumeAccounts(root);
      String user = "'" + user(root) + "'@'%'";
      Servers.execute(
          root,
          "DROP USER IF EXISTS " + user,
          "CREATE USER " + user + " IDENTIFIED BY '" + PASSWORD + "'",
          "GRANT ALL ON " + database(root) + ".* TO " + user);
      return new Fixture(kind, root);
    }

    static String database(String url) {
      return url.replaceFirst("jdbc:\\w+://[^/]*/", "").replaceFirst("\\?.*", "");
    }

    static String user(String url) {
      return "u" + Math.floorMod(database(url).hashCode(), 1_000_000);
    }

    String user() {
      return user(root);
    }

    String url(String database, String password) {
      return Servers.withDatabase(root, database).replaceAll("(user|password)=[^&]*&?", "")
          + "&user="
          + user()
          + "&password="
          + password;
    }

    String url() {
      return url(database(root), PASSWORD);
    }

    String server() {
      return kind.product + " at " + address(root);
    }

    void run(String... statements) throws Exception {
      Servers.execute(root, statements);
    }

    /** Ends the connections of the account, so that the next call connects anew. */
    void disconnect() throws Exception {
      List<String> kills = new ArrayList<>();
      try (Connection connection = Servers.connect(root);
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '" + user() + "'")) {
        while (rows.next()) {
          kills.add("KILL " + rows.getLong(1));
        }
        for (String kill : kills) {
          endIfThere(statement, kill);
        }
      }
    }

    private static void endIfThere(Statement statement, String kill) throws SQLException {
      try {
        statement.execute(kill);
      } catch (SQLException e) {
        if (e.getErrorCode() != NO_SUCH_THREAD) { // the pool has just closed it
          throw e;
        }
      }
    }
  }

  private static String address(String url) {
    Matcher found = AT.matcher(url);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static Throwable refused(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    FaultsTest.assertNoCanary(thrown);
    return thrown;
  }

  private static void assumePasswords(Fixture fixture) {
    assumeTrue(
        catchThrowable(() -> Servers.connect(fixture.url("", "wrong")).close()) != null,
        "the embedded server knows no passwords");
  }

  // The account

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordNamesServerAndUser(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("wrong");
    assumePasswords(fixture);

    assertThat(refused(fixture.url(Fixture.database(fixture.root()), "CANARY-wrong")))
        .hasMessageStartingWith(
            "cannot connect to "
                + fixture.server()
                + ": access denied for user '"
                + fixture.user()
                + "'@'")
        .hasMessageContaining("(SQLState 28000, error 1045). Check the user name and the password");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingPasswordIsCalledMissing(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("missing");
    assumePasswords(fixture);

    assertThat(refused(fixture.url().replace("&password=" + Fixture.PASSWORD, "")))
        .hasMessageContaining(", since no password was sent (SQLState 28000, error 1045). Add the");
  }

  @ParameterizedTest
  @EnumSource
  void aDatabaseWithoutTheRightToItIsNoWrongPassword(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("foreign");
    assumePasswords(fixture);

    String user = "'" + fixture.user() + "'@'%'";
    assertThat(refused(fixture.url("mysql", Fixture.PASSWORD)))
        .hasMessageStartingWith(
            "cannot connect to "
                + fixture.server()
                + ": the user "
                + user
                + " has no right to the database mysql (SQLState 42000, error 1044). Check the")
        .hasMessageContaining("run GRANT SELECT, INSERT, UPDATE, DELETE ON `mysql`.* TO " + user)
        .hasMessageNotContaining("password");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingDatabaseIsNamed(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("nosuch");

    assertThat(refused(Servers.withDatabase(fixture.root(), "wx_nosuch")))
        .hasMessageContaining(": there is no database wx_nosuch (SQLState 42000, error 1049).")
        .hasMessageContaining("run CREATE DATABASE `wx_nosuch`");
  }

  @ParameterizedTest
  @EnumSource
  void aUrlWithoutADatabaseIsToldSo(Kind kind) throws Exception {
    String url = Servers.withDatabase(kind.fixture("none").root(), "");

    assertThat(refused(url))
        .hasMessageContaining(
            "no database is selected. Name one in the URL, after the port: //HOST:PORT");
    assertThat(refused(url + "&wxtoken.createSchema=true"))
        .hasMessageContaining("no database is selected")
        .hasMessageContaining("Name one in the URL, after the port: //HOST:PORT");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingRightNamesUserRightAndTable(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("readonly");
    assumePasswords(fixture);
    String user = "'" + fixture.user() + "'@'%'";
    String database = Fixture.database(fixture.root());
    fixture.run(
        "REVOKE ALL ON " + database + ".* FROM " + user,
        "GRANT SELECT ON " + database + ".* TO " + user);

    assertThat(refused(fixture.url() + "&wxtoken.createSchema=true"))
        .hasMessageStartingWith("cannot create the tables: the user '" + fixture.user() + "'@'")
        .hasMessageContaining(" has no right to CREATE on the table ")
        .hasMessageContaining("token (SQLState 42000, error 1142). Grant the right");
  }

  @ParameterizedTest
  @EnumSource
  void aLimitOfTheAccountIsNamed(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("limit");
    assumePasswords(fixture);
    fixture.run("ALTER USER '" + fixture.user() + "'@'%' WITH MAX_USER_CONNECTIONS 1");

    try (Connection connection = Servers.connect(fixture.url())) {
      assertThat(connection.isValid(5)).isTrue();
      assertThat(refused(fixture.url()))
          .hasMessageContaining(
              ": the user '" + fixture.user() + "' has exceeded its limit max_user_connections")
          .hasMessageContaining("Raise the limit of the account")
          .hasMessageContaining("wxtoken.poolSize");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPasswordThatIsChangedMeanwhileIsReportedAsTheServerSaysIt(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("changed");
    assumePasswords(fixture);
    try (TokenStore store =
        TokenStores.open(fixture.url() + "&wxtoken.createSchema=true&wxtoken.poolSize=2")) {
      store.saveToken("oA", Tokens.token("oA"));
      fixture.run("ALTER USER '" + fixture.user() + "'@'%' IDENTIFIED BY 'another'");
      fixture.disconnect();

      Throwable thrown = catchThrowable(() -> store.getToken("oA"));

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageStartingWith(
              "cannot read the token of oA: cannot connect to "
                  + fixture.server()
                  + ": access denied for user '"
                  + fixture.user())
          .hasMessageContaining(
              "If the password was changed, configure the new one and open the store again");
      FaultsTest.assertNoCanary(thrown);
    }
  }

  /**
   * Spring Boot's pool waits for 30 s, and the store for 3: only the pool's end knows the reason.
   */
  @ParameterizedTest
  @EnumSource
  void alsoWhereThePoolWaitsLongerThanTheStore(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("ownpool");
    assumePasswords(fixture);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(fixture.url());
    config.setConnectionTimeout(4_000);
    fixture.run("DROP TABLE IF EXISTS token", "DROP TABLE IF EXISTS token_lease");
    TokenStores.open(fixture.url() + "&wxtoken.createSchema=true&wxtoken.timeout=20000").close();
    try (HikariDataSource pool = new HikariDataSource(config);
        TokenStore store = JdbcTokenStore.builder(pool).timeout(Duration.ofSeconds(3)).build()) {
      fixture.run("ALTER USER '" + fixture.user() + "'@'%' IDENTIFIED BY 'another'");
      fixture.disconnect();
      pool.getHikariPoolMXBean().softEvictConnections();

      Throwable thrown;
      int calls = 0;
      do {
        thrown = catchThrowable(() -> store.getToken("oA"));
      } while (++calls < 10 && !String.valueOf(thrown).contains("access denied"));

      assertThat(thrown)
          .hasMessageContaining(
              "cannot connect to the database at "
                  + address(fixture.root())
                  + ": access denied for user '"
                  + fixture.user());
      FaultsTest.assertNoCanary(thrown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Public Key Retrieval is not allowed",
        "RSA public key is not available client side (option serverRsaPublicKeyFile not set)"
      })
  void aLoginThatNeedsTheServersPublicKeySaysWhatToSet(String text) {
    SqlFailure failure = new SqlFailure(new SQLException(text + " CANARY", "S1009"));

    assertThat(failure.describeAttempt())
        .contains("the server's public key", "sslMode=VERIFY_IDENTITY", "allowPublicKeyRetrieval")
        .doesNotContain("CANARY");
  }

  // The address

  @ParameterizedTest
  @EnumSource
  void aPortWhereNothingListensIsNamed(Kind kind) throws Exception {
    int port = FreePorts.one();

    assertThat(refused(urlOf(kind, "127.0.0.1:" + port)))
        .hasMessageStartingWith(
            "cannot connect to "
                + kind.product
                + " at 127.0.0.1:"
                + port
                + ": nothing accepts connections there (")
        .hasMessageContaining(
            "Check the host and the port in the URL, and whether the server runs");
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownHostIsNamed(Kind kind) {
    assertThat(refused(urlOf(kind, "nosuch.invalid") + "&wxtoken.allowPlaintext=true"))
        .hasMessageStartingWith(
            "cannot connect to "
                + kind.product
                + " at nosuch.invalid:3306: the host name is unknown")
        .hasMessageContaining("DNS");
  }

  @ParameterizedTest
  @EnumSource
  void aPortThatIsSilentIsNamed(Kind kind) throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      assertThat(refused(urlOf(kind, "127.0.0.1:" + silent.getLocalPort())))
          .hasMessageContaining("at 127.0.0.1:" + silent.getLocalPort() + ": no answer in time (")
          .hasMessageContaining("another kind of server may listen there");
    }
  }

  private static String urlOf(Kind kind, String address) {
    return "jdbc:"
        + kind.product.toLowerCase(Locale.ROOT)
        + "://"
        + address
        + "/shop?user=app&password=CANARY&wxtoken.timeout=600";
  }

  // The tables

  @ParameterizedTest
  @EnumSource
  void aTableOfTheApplicationsOwnIsLeftAloneAndTheOptionIsNamed(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("owntable");
    fixture.run("CREATE TABLE token (id bigint PRIMARY KEY, value varchar(200))");

    assertThat(refused(fixture.root() + "&wxtoken.createSchema=true"))
        .hasMessageContaining("the table token cannot be used: has no column access_token")
        .hasMessageContaining("(it has id, value)")
        .hasMessageContaining("wxtoken.table=NAME in the URL, or table(\"NAME\")");
    assertThat(tables(fixture)).isEqualTo("token");
  }

  @ParameterizedTest
  @EnumSource
  void soIsATableInThePlaceOfTheLeases(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("ownlease");
    fixture.run("CREATE TABLE token_lease (id bigint PRIMARY KEY)");

    assertThat(refused(fixture.root() + "&wxtoken.createSchema=true"))
        .hasMessageContaining("the table token_lease cannot be used: has no column name")
        .hasMessageContaining("wxtoken.leaseTable=NAME");
    assertThat(tables(fixture)).isEqualTo("token_lease");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingTableIsNamedWithItsDatabase(Kind kind) throws Exception {
    Fixture fixture = kind.fixture("notable");

    assertThat(refused(fixture.root()))
        .hasMessage(
            "there is no table token in the database "
                + Fixture.database(fixture.root())
                + ". Create it by wxtoken.createSchema=true in the URL (createSchema(true) on the"
                + " builder), or by the DDL that wxtoken schema prints (schema-mysql.sql of"
                + " wxtoken-store-jdbc)");
  }

  private static String tables(Fixture fixture) throws Exception {
    return Servers.query(
        fixture.root(),
        "SELECT GROUP_CONCAT(TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_SCHEMA ="
            + " DATABASE()");
  }
}
