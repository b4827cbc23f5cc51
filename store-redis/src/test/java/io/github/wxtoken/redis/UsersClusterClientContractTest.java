package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract through the application's own client for a cluster. */
@SuppressWarnings("NullAway.Init") // the client is made before the first test
@Tag("long")
class UsersClusterClientContractTest extends RedisContract {
  @RegisterExtension static final TestServer SERVER = Servers.CLUSTER;

  private static RedisClusterClient client;

  UsersClusterClientContractTest() {
    super(SERVER);
  }

  @BeforeAll
  static void makeTheClient() {
    client = Servers.clusterClient(SERVER.url());
    client.setOptions(
        ClusterClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
  }

  @AfterAll
  static void shutTheClientDown() {
    client.shutdown();
  }

  @Override
  protected TokenStore open() {
    return RedisTokenStore.builder(client).prefix(prefix).timeout(Duration.ofSeconds(20)).build();
  }
}
