package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store names its keys, product, servers and driver. */
class DescriptionTest {
  @RegisterExtension static final TestServer REDIS = Servers.REDIS;
  @RegisterExtension static final TestServer VALKEY = Servers.VALKEY;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  private static final String LETTUCE = ", by Lettuce \\d+\\.\\d+.*";

  private static String description(TestServer server) {
    try (TokenStore store = TokenStores.open(Servers.withPrefix(server.url(), "described:"))) {
      return store.description();
    }
  }

  @Test
  void aServerIsNamed() {
    assertThat(description(REDIS))
        .matches(
            "the keys described: of Redis \\d+\\.\\d+.* at [\\w.]+:\\d+ without TLS" + LETTUCE);
  }

  @Test
  void valkeyIsNotTakenForRedis() {
    // Without an engine Redis takes its place.
    assertThat(description(VALKEY)).matches("the keys described: of (Valkey|Redis) \\d+\\.\\d+.*");
  }

  @Test
  void theServersOfAClustersUrlAreNamed() {
    assertThat(description(CLUSTER))
        .matches(
            "the keys described: of Redis \\d+\\.\\d+.* at [\\w.]+:\\d+(, [\\w.]+:\\d+)* without TLS"
                + LETTUCE);
  }

  @Test
  void theApplicationsClientKeepsItsAddressToItself() {
    RedisClient client = RedisClient.create(REDIS.url());
    try (TokenStore store = RedisTokenStore.builder(client).prefix("described:").build()) {
      assertThat(store.description())
          .matches(
              "the keys described: of Redis \\d+\\.\\d+.* at the address of the application's"
                  + " client"
                  + LETTUCE);
    } finally {
      client.shutdown();
    }
  }
}
