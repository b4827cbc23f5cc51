package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that refuses leases for a while grants none meanwhile, and grants them afterwards. */
@SuppressWarnings("NullAway.Init") // the server is started before the first test
class LeaseFailuresTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String NAME = "state:oA";

  private static String url;
  private static RedisClusterCommands<String, String> raw;

  private TokenStore store;
  private TokenStore other;

  /** One of our own, since others would suffer from its settings, too. */
  @BeforeAll
  static void start() throws Exception {
    url = "redis://127.0.0.1:" + Servers.startEmbedded(FreePorts.one());
    raw = Servers.raw(url);
  }

  @BeforeEach
  void open() {
    raw.flushall();
    acl("reset", "on", ">pw", "allkeys", "allcommands");
    store = openAsUser();
    other = openAsUser();
  }

  @AfterEach
  void close() {
    store.close();
    other.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"resetkeys ~wxtoken:*", "-set", "-@write", "resetkeys ~lease:other:* ~wxtoken:*"})
  void aRightThatIsRevokedAndGivenAgainGrantsNothingMeanwhile(String rules) {
    acl(rules.split(" ", -1));

    assertUnavailable("the Redis user has no right to that command or key", "NOPERM");
    acl("allkeys", "allcommands");

    assertExclusive();
  }

  @Test
  void aServerThatIsAReplicaForAWhileGrantsNothingMeanwhile() {
    raw.replicaof("127.0.0.1", 1);
    try {
      assertUnavailable("the server is a replica, which takes no writes", "READONLY");
    } finally {
      raw.replicaofNoOne();
    }

    assertExclusive();
  }

  @Test
  void aServerWithoutMemoryForAWhileGrantsNothingMeanwhile() {
    raw.configSet("maxmemory", "1");
    try {
      assertUnavailable("Redis has no memory left", "OOM");
    } finally {
      raw.configSet("maxmemory", "0");
    }

    assertExclusive();
  }

  @Test
  void aServerThatMissesItsReplicasForAWhileGrantsNothingMeanwhile() {
    raw.configSet("min-replicas-to-write", "1");
    try {
      assertUnavailable("too few replicas are connected for a write", "NOREPLICAS");
    } finally {
      raw.configSet("min-replicas-to-write", "0");
    }

    assertExclusive();
  }

  /** The release is a script: without the right to it a lease runs out by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"-evalsha", "-eval -evalsha", "-getrange", "-del"})
  void aReleaseThatIsRefusedGrantsTheLeaseToNobodyElse(String rules) {
    Lease held = store.tryLease(NAME, MINUTE).orElseThrow();
    raw.scriptFlush();
    acl(rules.split(" ", -1));

    held.close();

    assertThat(other.tryLease(NAME, MINUTE)).isEmpty();
    acl("allcommands");
    raw.del("lease:wxtoken:" + NAME);
    assertExclusive();
  }

  @Test
  void aLeaseOfAnotherTypeIsHeldAndItsReleaseLeavesItAlone() {
    Lease held = store.tryLease(NAME, MINUTE).orElseThrow();
    raw.del("lease:wxtoken:" + NAME);
    raw.hset("lease:wxtoken:" + NAME, Map.of("planted", "x"));

    held.close();

    assertThat(other.tryLease(NAME, MINUTE)).isEmpty();
  }

  @Test
  void aStoreThatMayNotLeaseFromTheStartIsNotOpened() {
    acl("resetkeys", "~wxtoken:*");

    assertThatThrownBy(LeaseFailuresTest::openAsUser)
        .isInstanceOf(LeaseUnavailableException.class)
        .hasMessageContaining("NOPERM");
  }

  private void assertUnavailable(String reason, String code) {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> store.tryLease(NAME, MINUTE))
          .isInstanceOf(LeaseUnavailableException.class)
          .hasMessageContaining("cannot lease " + NAME + ": " + reason)
          .hasMessageContaining(code);
    }
  }

  private void assertExclusive() {
    Outages.await(
        Duration.ofSeconds(30),
        () -> {
          Lease lease = store.tryLease(NAME, MINUTE).orElseThrow();
          assertThat(lease.isExclusive()).isTrue();
        });
    assertThat(store.tryLease(NAME, MINUTE)).isEmpty();
    Outages.await(Duration.ofSeconds(30), () -> assertThat(other.tryLease(NAME, MINUTE)).isEmpty());
  }

  private static TokenStore openAsUser() {
    return TokenStores.open(url.replace("//", "//leases:pw@"));
  }

  private static void acl(String... rules) {
    raw.dispatch(
        CommandType.ACL,
        new StatusOutput<>(StringCodec.UTF8),
        new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("leases").addKeys(rules));
  }
}
