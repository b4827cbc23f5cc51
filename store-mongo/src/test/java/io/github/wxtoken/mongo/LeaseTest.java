package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Leases: the clock that counts, the deletion, and the behaviour while leases are unavailable. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
@ResourceLock("the fail point of the replica set")
@SuppressWarnings("NullAway.Init") // the database is made before each test
class LeaseTest {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  private static final Duration HOUR = Duration.ofHours(1);

  private final LogRecorder log = LogRecorder.listen(MongoLeases.class.getName(), Level.WARN);
  private String url;
  private MongoDatabase database;
  private MongoCollection<BsonDocument> leases;

  static boolean leases() {
    return Servers.isReal(SERVER.url());
  }

  @BeforeEach
  void makeDatabase() {
    url = Servers.database(SERVER, "leases") + "&wxtoken.timeout=20000";
    database = Servers.mongo(url);
    open("&wxtoken.createSchema=true").close();
    leases = database.getCollection("tokens_lease", BsonDocument.class);
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  private TokenStore open(String options) {
    return TokenStores.open(url + options);
  }

  @Test
  void aLeaseEndsByTheServersClock() {
    try (TokenStore store = open("")) {
      long before = serverMillis();
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      long after = serverMillis();

      BsonDocument lease = Objects.requireNonNull(leases.find().first());
      assertThat(lease.getString("_id").getValue()).isEqualTo("refresh:oA");
      assertThat(lease.getDateTime("expires_at").getValue())
          .isBetween(before + HOUR.toMillis(), after + HOUR.toMillis() + 2);
      assertThat(lease.keySet()).containsExactlyInAnyOrder("_id", "owner", "expires_at");
    }
  }

  private static long serverMillis() {
    return Servers.admin(SERVER.url(), BsonDocument.parse("{hello: 1}"))
        .toBsonDocument()
        .getDateTime("localTime")
        .getValue();
  }

  @Test
  void whoAsksForALeaseThatIsHeldChangesNothing() {
    try (TokenStore store = open("")) {
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      BsonDocument held = leases.find().first();

      assertThat(store.tryLease("refresh:oA", HOUR.multipliedBy(2))).isEmpty();

      assertThat(leases.find().first()).isEqualTo(held);
    }
  }

  @Test
  void leasesThatNobodyReleasedAreDeletedByTheServer() {
    Servers.admin(SERVER.url(), BsonDocument.parse("{setParameter: 1, ttlMonitorSleepSecs: 1}"));
    leases.insertOne(
        BsonDocument.parse(
            "{_id: 'old', owner: 'dead', expires_at: {$date: '2020-01-01T00:00:00Z'}}"));

    long patience = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (leases.countDocuments() > 0) {
      assertThat(System.nanoTime()).as("waited for the deletion").isLessThan(patience);
      LockSupport.parkNanos(100_000_000);
    }
  }

  @Test
  void whereNothingDeletesThemOneWarningShowsTheCommandAndLeasesWork() {
    try (TokenStore store = open("&wxtoken.leaseCollection=bare")) {
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }

    assertThat(warnings("bare")).isOne();
    assertThat(log.lines())
        .anyMatch(
            line ->
                line.message()
                    .contains("db.bare.createIndex({expires_at: 1}, {expireAfterSeconds: 0})"));
  }

  @Test
  void aStoreThatNeverHadTheRightToTheCollectionGrantsEveryoneUnchecked() {
    try (FailPoint server = new FailPoint(SERVER.url())) {
      server.failAlways("update", "errorCode: 13, namespace: '" + database.getName() + ".theirs'");
      try (TokenStore store =
          TokenStores.open(
              server.url(url) + "&wxtoken.createSchema=true&wxtoken.leaseCollection=theirs")) {
        for (int i = 0; i < 3; i++) {
          assertThat(store.tryLease("refresh:oA", HOUR))
              .hasValueSatisfying(lease -> assertThat(lease.isExclusive()).isFalse());
        }

        store.close();
        assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
            .isInstanceOf(TokenStoreException.class);
      }
    }
    assertThat(warnings("theirs")).isOne();
    assertThat(log.lines())
        .anyMatch(
            line ->
                line.message()
                    .contains(
                        "db.grantRolesToUser(USER, [{role: \"readWrite\", db: \""
                            + database.getName()
                            + "\"}])"));
  }

  @Test
  void aStoreWhoseRightIsRevokedFailsClosed() {
    try (FailPoint server = new FailPoint(SERVER.url());
        TokenStore store = TokenStores.open(server.url(url))) {
      server.failAlways("findAndModify", "errorCode: 13");

      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> store.tryLease("state:used:x", HOUR))
            .isInstanceOf(LeaseUnavailableException.class)
            .hasMessageContaining("db.grantRolesToUser");
      }
    }
    assertThat(warnings("Leases are unavailable")).isOne();
  }

  @Test
  void withoutTheRightToLookAtItsIndexesLeasesWork() {
    try (FailPoint server = new FailPoint(SERVER.url())) {
      String namespace = database.getName() + ".secret";
      server.fail(1, "listIndexes", "errorCode: 13, namespace: '" + namespace + "'");

      try (TokenStore store =
          TokenStores.open(server.url(url) + "&wxtoken.leaseCollection=secret")) {
        assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
        assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
      }
    }
    assertThat(warnings("secret")).isOne();
  }

  @Test
  void aCollectionThatIsDroppedOrRenamedIsCreatedAgain() {
    try (TokenStore store = open("")) {
      leases.drop();
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      leases.renameCollection(new MongoNamespace(database.getName(), "renamed"));
      assertThat(store.tryLease("refresh:oA", HOUR))
          .hasValueSatisfying(lease -> assertThat(lease.isExclusive()).isTrue());
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
  }

  @Test
  void theCheckAtStartLeavesNoLease() {
    open("").close();

    assertThat(leases.countDocuments()).isZero();
  }

  @Test
  void anInterruptedThreadReleasesItsLeaseAndStaysInterrupted() {
    try (TokenStore store = open("")) {
      var lease = store.tryLease("refresh:oA", HOUR).orElseThrow();
      Thread.currentThread().interrupt();
      lease.close();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
    }
  }

  @Test
  void anyOtherErrorOfALeaseIsAnException() {
    try (FailPoint server = new FailPoint(SERVER.url());
        TokenStore store = TokenStores.open(server.url(url))) {
      server.fail(1, "findAndModify", "errorCode: 8");

      assertThatThrownBy(() -> store.tryLease("refresh:oA", HOUR))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("cannot lease refresh:oA");
      assertThat(store.tryLease("refresh:oA", HOUR)).isPresent();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
  }

  @Test
  void aReleaseThatFailsIsNoErrorAndLeavesTheLeaseToRunOut() {
    try (FailPoint server = new FailPoint(SERVER.url());
        TokenStore store = TokenStores.open(server.url(url))) {
      var lease = store.tryLease("refresh:oA", HOUR).orElseThrow();
      server.fail(1, "delete", "errorCode: 8");

      lease.close();

      assertThat(lease.remaining()).isZero();
      assertThat(store.tryLease("refresh:oA", HOUR)).isEmpty();
    }
  }

  private long warnings(String collection) {
    return log.lines().stream().filter(line -> line.message().contains(collection)).count();
  }
}
