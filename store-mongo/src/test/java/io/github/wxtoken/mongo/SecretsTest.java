package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No token, session key or password in an exception, or in a log at TRACE but the driver's logger
 * of commands, whose purpose is to show them.
 */
@Isolated("it turns loggers to TRACE")
class SecretsTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private final LogRecorder log =
      new LogRecorder(
          Map.of(
              "io.github.wxtoken", Level.TRACE,
              "org.mongodb.driver", Level.TRACE,
              "org.mongodb.driver.protocol.command", Level.INFO));

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void nothingOfATokenIsLoggedOrThrown() {
    String url = Servers.database(SERVER, "secrets");
    boolean leases = Servers.isReal(url);
    try (TokenStore store = TokenStores.open(url + "&wxtoken.createSchema=true")) {
      OAuthToken token =
          Tokens.token("oA").toBuilder()
              .sessionKey("CANARY-session")
              .extraJson("{\"x\":\"CANARY-extra\"}")
              .build();
      store.saveToken("oA", token);
      store.saveTokenIfAbsent("oA", token);
      store.replaceToken("oA", token, Tokens.renewed(token));
      if (leases) {
        store.tryLease("refresh:oA", Duration.ofMinutes(1)).orElseThrow().close();
      }
      // The server now quotes what it is sent.
      Servers.mongo(url)
          .runCommand(
              BsonDocument.parse(
                  "{createIndexes: 'tokens', indexes: [{key: {refresh_token: 1}, name: 'theirs',"
                      + " unique: true}]}"));
      OAuthToken other = token.toBuilder().openid("oB").build();

      Throwable thrown = catchThrowable(() -> store.saveToken("oB", other));

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      FaultsTest.assertNoCanary(thrown);
      assertThat(store.toString()).doesNotContain("CANARY");
    }
    assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
  }

  @Test
  void aWrongPasswordIsNotShown() {
    String url = Servers.database(SERVER, "secrets");
    assumeTrue(Servers.isReal(url), "mongo-java-server knows no passwords");
    Servers.mongo(url).runCommand(BsonDocument.parse("{dropAllUsersFromDatabase: 1}"));
    Servers.mongo(url)
        .runCommand(BsonDocument.parse("{createUser: 'amy', pwd: 'right', roles: []}"));
    String wrong = url.replace("mongodb://", "mongodb://amy:CANARY@");

    Throwable thrown = catchThrowable(() -> TokenStores.open(wrong));

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(": access denied for user 'amy' of the authentication database");
    FaultsTest.assertNoCanary(thrown);
    assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
  }

  /**
   * A wrapper that an application puts around its database, such as a tracing proxy, may throw any
   * exception.
   */
  @ParameterizedTest
  @ValueSource(
      classes = {
        RuntimeException.class,
        IllegalArgumentException.class,
        UnsupportedOperationException.class,
        CodecConfigurationException.class,
        MongoException.class
      })
  void nothingOfAnExceptionOfTheApplicationsDatabaseIsShown(Class<? extends RuntimeException> type)
      throws Exception {
    String url = Servers.database(SERVER, "secrets");
    TokenStores.open(url + "&wxtoken.createSchema=true").close();
    RuntimeException foreign = type.getConstructor(String.class).newInstance("CANARY");
    foreign.addSuppressed(new IllegalStateException("CANARY", new IOException("CANARY")));
    AtomicBoolean failing = new AtomicBoolean();
    MongoTokenStore store =
        MongoTokenStore.builder(failing(Servers.mongo(url), failing, foreign))
            .createSchema(true)
            .build();
    failing.set(true);

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> store.getToken("oA"),
            () -> store.saveToken("oA", Tokens.token("oA")),
            () -> store.deleteToken("oA"),
            () -> store.tokens().toList(),
            () -> store.tryLease("refresh:oA", Duration.ofMinutes(1)))) {
      Throwable thrown = catchThrowable(call);
      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining(type.getSimpleName());
      FaultsTest.assertNoCanary(thrown);
    }
  }

  /** Fails when it is asked for a collection, and passes on what makes another of its kind. */
  private static MongoDatabase failing(
      MongoDatabase database, AtomicBoolean failing, RuntimeException failure) {
    return (MongoDatabase)
        Proxy.newProxyInstance(
            SecretsTest.class.getClassLoader(),
            new Class<?>[] {MongoDatabase.class},
            (proxy, method, arguments) -> {
              if (failing.get() && method.getName().equals("getCollection")) {
                throw failure;
              }
              Object result = method.invoke(database, arguments);
              return result instanceof MongoDatabase next
                  ? failing(next, failing, failure)
                  : result;
            });
  }
}
