package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of a store when it is opened. */
class OpeningTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis:",
        "redis://",
        "redis://h:CANARY",
        "redis://u:CANARY@h:port",
        "redis://u:CANARY@h/notanumber",
        "rediss://u:CANARY@h?verifyPeer=CANARY",
        "redis://u:CAN ARY@h",
        "rediss://u:CANARY@",
        "redis-sentinel://u:CANARY@h:1,g:2",
        "redis-cluster://",
        "redis-cluster://u:CANARY@h:x,g:2",
        "redis-cluster://u:CANARY@",
        "redis-cluster://,,,",
        "rediss-cluster://u:CAN ARY@h"
      })
  void aUrlThatCannotBeReadIsRefusedAndNotShown(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url must be redis://");
    assertNoCanary(thrown);
  }

  @ParameterizedTest
  @CsvSource({
    "prefix=, prefix must be 1 to 128 printable ASCII characters without a space",
    "prefix=a%20b, prefix must be 1 to 128 printable ASCII characters without a space",
    "prefix=%C3%A9, prefix must be 1 to 128 printable ASCII characters without a space",
    "leasePrefix=%0A, leasePrefix must be 1 to 128 printable ASCII characters without a space",
    "leasePrefix=wxtoken:, 'leasePrefix must not begin with prefix, nor prefix with leasePrefix'",
    "leasePrefix=wxtoken:l:, 'leasePrefix must not begin with prefix, nor prefix with leasePrefix'",
    "leasePrefix=wx, 'leasePrefix must not begin with prefix, nor prefix with leasePrefix'",
    "prefix=lease:, 'leasePrefix must not begin with prefix, nor prefix with leasePrefix'",
    "retention=0, wxtoken.retention must be a whole number from 1",
    "retention=3651, retention must be from 1 to 3650 days",
    "timeout=499, timeout must be from 500 milliseconds to 1 minute",
    "poolSize=3, 'url has an unknown option wxtoken.poolSize; known here: '"
  })
  void anOptionThatIsWrongIsRefusedBeforeAnythingIsConnected(String option, String message) {
    assertThatThrownBy(
            () -> TokenStores.open("rediss://u:CANARY@nowhere.invalid?wxtoken." + option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() {
    Throwable thrown =
        catchThrowable(
            () -> TokenStores.open(SERVER.url().replace("//", "//nobody:CANARY-password@")));

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageStartingWith("cannot connect to Redis at ")
        .hasMessageContaining(": Redis refuses the user or the password (WRONGPASS). Check both");
    assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:CANARY@127.0.0.1:{free}",
        "rediss://u:CANARY@127.0.0.1:{free}",
        "rediss://u:CANARY@nowhere.invalid",
        "redis-sentinel://u:CANARY@127.0.0.1:{free}?sentinelMasterId=m",
        "rediss-cluster://u:CANARY@127.0.0.1:{free},nowhere.invalid:1"
      })
  void aServerThatIsNotThereIsSaidWithinTheTimeoutAndNotShown(String url) throws IOException {
    String nowhere = url.replace("{free}", String.valueOf(FreePorts.one()));

    Throwable thrown = catchThrowable(() -> TokenStores.open(nowhere));

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageStartingWith("cannot connect to ");
    assertNoCanary(thrown);
    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> TokenStores.open(nowhere));
  }

  @Test
  void aServerWithoutTlsIsNotTakenForOneWithTls() {
    Outages.assertFailsInTime(
        Duration.ofSeconds(3),
        () ->
            TokenStores.open(
                SERVER.url().replace("redis:", "rediss:").replace("//", "//:CANARY@")));
  }

  @Test
  void aServerThatIsNoClusterIsNotTakenForOne() {
    assertThatThrownBy(() -> TokenStores.open(SERVER.url().replace("redis:", "redis-cluster:")))
        .isInstanceOf(TokenStoreException.class);
  }

  @Test
  void theRightsThatTheReadmeNamesAreEnough() {
    Servers.raw(SERVER.url()).aclSetuser("opening-app", rights("app"));

    assertUsable(SERVER, "opening-app", "app");
  }

  @Test
  void theRightsThatTheReadmeNamesAreEnoughForACluster() {
    RedisClusterClient client = Servers.clusterClient(CLUSTER.url());
    try (StatefulRedisClusterConnection<String, String> raw = client.connect()) {
      raw.getPartitions()
          .forEach(
              node ->
                  raw.getConnection(node.getNodeId())
                      .sync()
                      .aclSetuser(
                          "opening-app",
                          rights("app")
                              .addCommand(CommandType.CLUSTER)
                              .addCommand(CommandType.INFO)
                              .addCommand(CommandType.ASKING)));
    } finally {
      client.shutdown();
    }

    assertUsable(CLUSTER, "opening-app", "app");
  }

  private static void assertUsable(TestServer server, String user, String password) {
    try (TokenStore store = openAs(server, user, password)) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(store.replaceToken("oA", Tokens.token("oA"), Tokens.token("oA"))).isTrue();
      store.tryLease("refresh:oA", Duration.ofSeconds(1)).orElseThrow().close();
      assertThat(store.tokens()).hasSize(1);
      assertThat(store.saveTokenIfAbsent("oA", Tokens.token("oA"))).isFalse();
      assertThat(store.deleteToken("oA")).isTrue();
    }
  }

  @Test
  void aUserWithoutTheRightToWriteIsRefusedAtOnce() {
    Servers.raw(SERVER.url())
        .aclSetuser("opening-reader", rights("reader").removeCommand(CommandType.SET));

    assertThatThrownBy(() -> openAs(SERVER, "opening-reader", "reader"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("the Redis user has no right to that command or key")
        .hasMessageContaining("NOPERM");
  }

  /** Those of the README: no INFO among them. */
  private static AclSetuserArgs rights(String password) {
    return new AclSetuserArgs()
        .reset()
        .on()
        .addPassword(password)
        .keyPattern("opening:*")
        .keyPattern("lease:opening:*")
        .addCommand(CommandType.GETRANGE)
        .addCommand(CommandType.EXISTS)
        .addCommand(CommandType.SET)
        .addCommand(CommandType.DEL)
        .addCommand(CommandType.SCAN)
        .addCommand(CommandType.EVAL)
        .addCommand(CommandType.EVALSHA)
        .addCommand(CommandType.AUTH)
        .addCommand(CommandType.PING);
  }

  private static TokenStore openAs(TestServer server, String user, String password) {
    return TokenStores.open(
        server.url().replace("//", "//" + user + ":" + password + "@")
            + "?wxtoken.timeout=20000&wxtoken.prefix=opening:");
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is refused
  void aBuilderNeedsAClient() {
    assertThatThrownBy(() -> RedisTokenStore.builder((@Nullable RedisClient) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("client must not be null");
    assertThatThrownBy(() -> RedisTokenStore.builder((@Nullable RedisClusterClient) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("client must not be null");
  }

  static void assertNoCanary(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain("CANARY");
  }
}
