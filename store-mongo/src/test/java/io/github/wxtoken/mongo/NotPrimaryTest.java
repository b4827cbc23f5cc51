package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that is no primary any more, or shuts down. The driver repeats nothing on a single
 * server, and no write if the URL says so.
 */
@EnabledIf(value = "failsOnDemand", disabledReason = "mongo-java-server does not fail on demand")
@SuppressWarnings("NullAway.Init") // the fail point is made before each test
@ResourceLock("the fail point of the replica set")
class NotPrimaryTest {
  @RegisterExtension static final TestServer ALONE = Servers.MONGO;
  @RegisterExtension static final TestServer SET = Servers.REPLICA_SET;

  private static final OAuthToken TOKEN = Tokens.token("oA");
  private static final Duration HOUR = Duration.ofHours(1);

  private FailPoint alone;
  private FailPoint set;

  static boolean failsOnDemand() {
    return Servers.isReal(ALONE.url()) && Servers.isReal(SET.url());
  }

  @BeforeEach
  void prepare() {
    alone = new FailPoint(ALONE.url());
    set = new FailPoint(SET.url());
  }

  @AfterEach
  void mend() {
    alone.close();
    set.close();
  }

  private TokenStore openAlone() {
    String url = Servers.database(ALONE, "notprimary");
    return TokenStores.open(alone.url(url) + "&wxtoken.createSchema=true&wxtoken.timeout=20000");
  }

  @ParameterizedTest
  @ValueSource(ints = {10107, 13435, 10058, 13436, 11600, 11602, 189, 91})
  void anOperationIsRepeatedUntilTheServerIsThePrimary(int code) {
    try (TokenStore store = openAlone()) {
      alone.fail(1, "update", "errorCode: " + code);
      store.saveToken("oA", TOKEN);
      alone.fail(1, "find", "errorCode: " + code);
      assertThat(store.getToken("oA")).contains(TOKEN);
    }
  }

  @Test
  void soIsEveryOther() {
    String failure = "errorCode: 189";
    try (TokenStore store = openAlone()) {
      alone.fail(2, "insert", failure);
      assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isTrue();
      alone.fail(1, "update", failure);
      assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isTrue();
      alone.fail(1, "find", failure);
      assertThat(store.tokens()).containsExactly(Tokens.renewed(TOKEN));
      alone.fail(1, "findAndModify", failure);
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      alone.fail(1, "delete", failure);
      assertThat(store.deleteToken("oA")).isTrue();
    }
  }

  @Test
  void onAReplicaSetWritesAreRepeatedEvenWhereTheDriverMustNot() {
    String url = Servers.database(SET, "notprimary") + "&retryWrites=false&retryReads=false";
    try (TokenStore store =
        TokenStores.open(set.url(url) + "&wxtoken.createSchema=true&wxtoken.timeout=20000")) {
      set.fail(2, "update", "errorCode: 10107");
      store.saveToken("oA", TOKEN);
      set.fail(2, "find", "errorCode: 11602");
      assertThat(store.getToken("oA")).contains(TOKEN);
    }
  }

  @Test
  void whileNobodyIsThePrimaryACallFailsAtItsDeadline() {
    String url = Servers.database(ALONE, "notprimary");
    try (TokenStore store =
        TokenStores.open(alone.url(url) + "&wxtoken.createSchema=true&wxtoken.timeout=1000")) {
      alone.failAlways("update", "errorCode: 10107");
      long start = System.nanoTime();

      Throwable thrown = catchThrowable(() -> store.saveToken("oA", TOKEN));

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      FaultsTest.assertNoCanary(thrown);
    }
  }

  /** A write may have been done before the server stepped down. */
  @Test
  void aRepeatedWriteThatChangesNothingIsNotReportedAsOneThatChangedNothing() {
    try (TokenStore store = openAlone()) {
      store.saveToken("oA", TOKEN);
      alone.fail(1, "insert", "errorCode: 189");
      assertThatThrownBy(() -> store.saveTokenIfAbsent("oA", TOKEN))
          .isInstanceOf(TokenStoreException.class);
      alone.fail(1, "update", "errorCode: 11602");
      assertThatThrownBy(() -> store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN))
          .isInstanceOf(TokenStoreException.class);
      alone.fail(1, "delete", "errorCode: 91");
      assertThatThrownBy(() -> store.deleteToken("oB")).isInstanceOf(TokenStoreException.class);

      alone.fail(1, "insert", "errorCode: 10107");
      assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isFalse();
    }
  }

  @Test
  void whereOneAddressLeadsToAnotherServerTheStoreConnectsAnew() throws Exception {
    String old = Servers.database(ALONE, "moved");
    String next = Servers.database(SET, "moved");
    TokenStores.open(next + "&wxtoken.createSchema=true").close();
    try (TcpProxy address = new TcpProxy(Servers.address(ALONE.url()));
        TokenStore store =
            TokenStores.open(
                "mongodb://127.0.0.1:"
                    + address.port()
                    + "/wx_alone_moved?appName=test&wxtoken.createSchema=true&wxtoken.timeout=20000"
                        .replace("appName=test", alone.url("appName=test")))) {
      store.saveToken("oA", TOKEN);
      Servers.mongo(old).drop();
      Servers.mongo(Servers.withDatabase(SET.url(), "wx_alone_moved")).drop();
      TokenStores.open(
              Servers.withDatabase(SET.url(), "wx_alone_moved") + "&wxtoken.createSchema=true")
          .close();
      alone.failAlways("update", "errorCode: 10107");
      address.lead(Servers.address(SET.url()));

      long start = System.nanoTime();
      store.saveToken("oA", Tokens.renewed(TOKEN));
      System.out.printf(
          "%d ms from the switch to the first success%n", (System.nanoTime() - start) / 1_000_000);

      assertThat(store.getToken("oA")).contains(Tokens.renewed(TOKEN));
      assertThat(
              Servers.mongo(Servers.withDatabase(SET.url(), "wx_alone_moved"))
                  .getCollection("tokens")
                  .countDocuments())
          .isOne();
    }
  }
}
