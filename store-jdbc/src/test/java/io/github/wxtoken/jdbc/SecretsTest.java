package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** No token, session key or password in an exception, or in a log at TRACE but the drivers' own. */
@Isolated("it turns loggers to TRACE")
class SecretsTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  private static final List<String> LOGGERS =
      List.of("io.github.wxtoken", "com.zaxxer.hikari", "org.jdbi", "MySQL");

  private final Queue<String> logged = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(
              event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    LOGGERS.forEach(
        name -> {
          logger(name).setLevel(Level.TRACE);
          logger(name).setAdditive(false);
          logger(name).addAppender(appender);
        });
  }

  @AfterEach
  void stopListening() {
    LOGGERS.forEach(
        name -> {
          logger(name).detachAppender(appender);
          logger(name).setAdditive(true);
          logger(name).setLevel(null);
        });
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
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
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
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
