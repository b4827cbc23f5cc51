package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A store names its table, product, server and driver, and no secret of its URL. */
class DescriptionTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private static final String SERVER = " \\d+(\\.\\d+)+ at [\\w.]+:\\d+ with(out)? TLS";

  private static String description(String url) {
    String separator = url.contains("?") ? "&" : "?";
    try (TokenStore store =
        TokenStores.open(url + separator + "wxtoken.createSchema=true&wxtoken.table=described")) {
      return store.description();
    }
  }

  @Test
  void mysqlIsNamedByItsServer() throws Exception {
    String url = Servers.database(MYSQL, "described");

    // Without an engine MariaDB takes the place of MySQL.
    assertThat(description(url))
        .matches("the table described of (MySQL|MariaDB)" + SERVER + ", by .*Connector/J \\d+.*");
  }

  @Test
  void mariadbIsNamedByItsServer() throws Exception {
    String url = Servers.database(MARIADB, "described");

    assertThat(description(url))
        .matches("the table described of MariaDB" + SERVER + ", by MariaDB Connector/J \\d+.*");
  }

  @Test
  void sqliteIsNamedByItsFile(@TempDir Path directory) {
    Path file = directory.resolve("tokens.db");

    assertThat(description("jdbc:sqlite:" + file + "?cache=shared"))
        .matches("the table described of SQLite 3\\.\\d+.* in the file .*, by SQLite JDBC 3\\.\\d+")
        .contains(file.toString())
        .doesNotContain("cache");
  }

  @Test
  void theApplicationsDataSourceIsDescribedWithoutItsPassword() throws Exception {
    String url = Servers.database(MARIADB, "described");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    try (HikariDataSource dataSource = new HikariDataSource(config);
        TokenStore store =
            JdbcTokenStore.builder(dataSource).table("described").createSchema(true).build()) {
      assertThat(store.description())
          .matches("the table described of MariaDB" + SERVER + ", by .*")
          .doesNotContain("password", "user", "?");
    }
  }
}
