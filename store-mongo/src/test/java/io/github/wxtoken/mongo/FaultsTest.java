package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The failures, the retries, and the texts of the exceptions, on a server that fails on demand. */
@EnabledIf(value = "failsOnDemand", disabledReason = "mongo-java-server does not fail on demand")
@SuppressWarnings("NullAway.Init") // the fail point is made before each test
@ResourceLock("the fail point of the replica set")
class FaultsTest {
  @RegisterExtension static final TestServer ALONE = Servers.MONGO;
  @RegisterExtension static final TestServer SET = Servers.REPLICA_SET;

  /** The delay that a busy machine may add to a deadline. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final String COLLISION =
      "errorCode: 11000, errorExtraInfo: {keyPattern: {openid: 1}, keyValue: {openid: 'CANARY'}}";

  private static final OAuthToken TOKEN = Tokens.token("oA");

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

  private TokenStore openAlone(String options) {
    String url = Servers.database(ALONE, "faults");
    return TokenStores.open(alone.url(url) + "&wxtoken.createSchema=true" + options);
  }

  private TokenStore openSet(String options) {
    String url = Servers.database(SET, "faults");
    return TokenStores.open(set.url(url) + "&wxtoken.createSchema=true" + options);
  }

  @Test
  void onAReplicaSetAWriteWhoseConnectionBrokeIsSentOnceAgainAndDoneOnce() {
    try (TokenStore store = openSet("&wxtoken.timeout=20000")) {
      set.fail(1, "insert", "closeConnection: true");
      assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isTrue();

      set.fail(1, "update", "closeConnection: true");
      assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isTrue();

      assertThat(store.getToken("oA")).contains(Tokens.renewed(TOKEN));
    }
  }

  @Test
  void onASingleServerAWriteWhoseConnectionBrokeFailsForItMayHaveComeToPass() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.fail(1, "update", "closeConnection: true");

      assertThatThrownBy(() -> store.saveToken("oA", TOKEN))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("cannot save the token of oA")
          .hasMessageContaining("the connection to MongoDB at ");

      store.saveToken("oA", TOKEN);
    }
  }

  @Test
  void aReadWhoseConnectionBrokeIsSentOnceAgain() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      store.saveToken("oA", TOKEN);
      alone.fail(1, "find", "closeConnection: true");

      assertThat(store.getToken("oA")).contains(TOKEN);
    }
  }

  @Test
  void aWriteThatAMajorityDidNotConfirmFailsAlthoughItWasWritten() {
    try (TokenStore store = openSet("&wxtoken.timeout=20000")) {
      set.fail(1, "update", "writeConcernError: {code: 64, errmsg: 'CANARY'}");

      Throwable thrown = catchThrowable(() -> store.saveToken("oA", TOKEN));

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("a majority did not confirm it");
      assertNoCanary(thrown);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "13, the database user has no right to do that",
    "8, the database or its driver reported an error",
    "14031, the database or its driver reported an error"
  })
  void anyOtherErrorIsAnExceptionWithItsCode(int code, String says) {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.fail(2, "find", "errorCode: " + code);

      assertThatThrownBy(() -> store.getToken("oA"))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining(says)
          .hasMessageContaining("code " + code + ")");
    }
  }

  @Test
  void aSaveThatCollidesWithAnotherIsTriedAgain() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.fail(9, "update", COLLISION);

      store.saveToken("oA", TOKEN);

      assertThat(store.getToken("oA")).contains(TOKEN);
    }
  }

  @Test
  void aSaveIsTriedAtMostTenTimes() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.fail(10, "update", COLLISION);

      Throwable thrown = catchThrowable(() -> store.saveToken("oA", TOKEN));

      assertThat(thrown).isInstanceOf(TokenStoreException.class).hasMessageContaining("11000");
      assertNoCanary(thrown);
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  @Test
  void aCollisionWithATokenThatIsGoneAgainIsNotTakenForATokenThatIsThere() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.fail(3, "insert", COLLISION);

      assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isTrue();
    }
  }

  @Test
  void anotherUniqueIndexThatRefusesAnInsertIsNotTakenForATokenThatIsThere() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      Servers.mongo(Servers.withDatabase(ALONE.url(), "wx_alone_faults"))
          .runCommand(
              BsonDocument.parse(
                  "{createIndexes: 'tokens', indexes: [{key: {access_token: 1}, name: 'theirs',"
                      + " unique: true}]}"));
      store.saveToken("oA", TOKEN);
      OAuthToken sameAccessToken = TOKEN.toBuilder().openid("oB").build();

      for (Throwable thrown :
          new Throwable[] {
            catchThrowable(() -> store.saveTokenIfAbsent("oB", sameAccessToken)),
            catchThrowable(() -> store.saveToken("oB", sameAccessToken))
          }) {
        assertThat(thrown).isInstanceOf(TokenStoreException.class).hasMessageContaining("11000");
        assertNoCanary(thrown);
      }
      assertThat(store.getToken("oB")).isEmpty();
    }
  }

  @Test
  void aServerThatAnswersTooLateEndsTheCallWithinItsDeadline() {
    try (TokenStore store = openAlone("&wxtoken.timeout=1000")) {
      alone.fail(1, "find", "blockConnection: true, blockTimeMS: 5000");

      assertFailsWithin(Duration.ofSeconds(1), () -> store.getToken("oA"));

      alone.fail(1, "update", "blockConnection: true, blockTimeMS: 5000");
      assertFailsWithin(Duration.ofSeconds(1), () -> store.saveToken("oA", TOKEN));
    }
  }

  @Test
  void theDeadlineAlsoHoldsOnAClientOfTheApplicationThatHasNone() {
    String url = alone.url(Servers.database(ALONE, "faults"));
    try (MongoClient client = MongoClients.create(url)) {
      TokenStore store =
          MongoTokenStore.builder(client.getDatabase("wx_alone_faults"))
              .createSchema(true)
              .timeout(Duration.ofSeconds(1))
              .build();
      alone.fail(1, "find", "blockConnection: true, blockTimeMS: 5000");

      assertFailsWithin(Duration.ofSeconds(1), () -> store.getToken("oA"));
      store.close();
      assertThat(client.listDatabaseNames()).isNotEmpty();
    }
  }

  @Test
  void whileAllConnectionsAreBusyOthersWaitInLineNoLongerThanTheirDeadline() throws Exception {
    try (TokenStore store = openAlone("&wxtoken.timeout=2000&wxtoken.poolSize=1")) {
      store.saveToken("oA", TOKEN);
      alone.fail(1, "find", "blockConnection: true, blockTimeMS: 5000");
      ExecutorService threads = Executors.newFixedThreadPool(9);
      try {
        long start = System.nanoTime();
        Future<?>[] calls = new Future<?>[9];
        for (int i = 0; i < calls.length; i++) {
          calls[i] = threads.submit(() -> catchThrowable(() -> store.getToken("oA")));
        }
        for (Future<?> call : calls) {
          Object thrown = call.get();
          assertThat(thrown == null || thrown instanceof TokenStoreException).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isLessThan(Duration.ofSeconds(2).plus(SLACK));
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void anInterruptedThreadGetsAnExceptionAndStaysInterrupted(int poolSize) {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000&wxtoken.poolSize=" + poolSize)) {
      Thread.currentThread().interrupt();
      Throwable thrown = catchThrowable(() -> store.getToken("oA"));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("interrupted");
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  @Test
  void everyOperationOfAnInterruptedThreadIsACleanException() {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.getToken("oA"),
              () -> store.saveToken("oA", TOKEN),
              () -> store.saveTokenIfAbsent("oA", TOKEN),
              () -> store.replaceToken("oA", TOKEN, TOKEN),
              () -> store.deleteToken("oA"),
              () -> store.tokens().toList(),
              () -> store.tryLease("refresh:oA", Duration.ofMinutes(1)))) {
        Thread.currentThread().interrupt();
        Throwable thrown = catchThrowable(call);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown)
            .isInstanceOf(TokenStoreException.class)
            .hasMessageContaining("interrupted");
        assertNoCanary(thrown);
      }
      assertThat(store.getToken("oA")).isEmpty();
    }
  }

  @Test
  void aThreadThatIsInterruptedWhileNobodyIsThePrimaryEndsAtOnce() throws Exception {
    try (TokenStore store = openAlone("&wxtoken.timeout=20000")) {
      alone.failAlways("update", "errorCode: 10107");
      AtomicBoolean flag = new AtomicBoolean();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                thrown.set(catchThrowable(() -> store.saveToken("oA", TOKEN)));
                flag.set(Thread.currentThread().isInterrupted());
              });
      caller.start();
      caller.interrupt();
      caller.join(10_000);

      assertThat(caller.isAlive()).isFalse();
      assertThat(flag).isTrue();
      assertThat(thrown.get())
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("interrupted");
    }
  }

  private static void assertFailsWithin(Duration timeout, Runnable call) {
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(call::run);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("did not answer in time");
    assertThat(took).isLessThan(timeout.plus(SLACK));
  }

  static void assertNoCanary(Throwable thrown) {
    StringWriter all = new StringWriter();
    thrown.printStackTrace(new PrintWriter(all));
    assertThat(all.toString().toLowerCase(Locale.ROOT))
        .doesNotContain("canary")
        .doesNotContain("mongodb://user", "mongodb://127");
  }
}
