package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** No token, session key or password in an exception, or in a log at TRACE but the drivers' own. */
@Isolated("it turns loggers to TRACE")
class SecretsTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private final LogRecorder log =
      new LogRecorder(
          Map.of(
              "io.github.wxtoken", Level.TRACE,
              "com.zaxxer.hikari", Level.TRACE,
              "org.jdbi", Level.TRACE,
              "MySQL", Level.TRACE));

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void nothingOfATokenIsLoggedOrThrown() throws Exception {
    String url = Servers.database(MYSQL, "secrets");
    try (TokenStore store =
        TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.poolSize=1")) {
      OAuthToken token =
          Tokens.token("oA").toBuilder()
              .sessionKey("CANARY-session")
              .extraJson("{\"x\":\"CANARY-extra\"}")
              .build();
      store.saveToken("oA", token);
      store.saveTokenIfAbsent("oA", token);
      store.replaceToken("oA", token, Tokens.renewed(token));
      store.tryLease("refresh:oA", Duration.ofMinutes(1)).orElseThrow().close();
      // The server now quotes what it is sent: the column takes less than was read at start.
      Servers.execute(url, "DELETE FROM token", "ALTER TABLE token MODIFY session_key int NULL");

      Throwable thrown = catchThrowable(() -> store.saveToken("oA", token));

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      FaultsTest.assertNoCanary(thrown);
      assertThat(store.toString()).doesNotContain("CANARY");
    }
    assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
  }

  @Test
  void aWrongPasswordIsNotShown() {
    for (TestServer server : List.of(MYSQL, MARIADB)) {
      String url =
          Servers.withDatabase(server.url(), "mysql").replaceAll("[?&](user|password)=[^&]*", "");
      String wrong = url.replaceFirst("[?&]|$", "?") + "&user=nobody&password=CANARY";

      assumeTrue(
          catchThrowable(() -> Servers.connect(wrong).close()) != null,
          "the embedded server knows no passwords");
      Throwable thrown = catchThrowable(() -> TokenStores.open(wrong));

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("access denied");
      FaultsTest.assertNoCanary(thrown);
    }
    assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
  }
}
