package io.github.wxtoken.boot;

import io.github.wxtoken.boot.WeChatProperties.Store;
import io.github.wxtoken.redis.RedisTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;

/** Opens stores on clients of Lettuce. */
final class RedisStores {
  private final Store properties;

  RedisStores(Store properties) {
    this.properties = properties;
  }

  TokenStore open(AbstractRedisClient client) {
    WeChatProperties.Redis redis = properties.redis();
    RedisTokenStore.Builder builder =
        builder(client)
            .prefix(redis.prefix())
            .retention(redis.retention())
            .timeout(properties.timeout());
    String leasePrefix = redis.leasePrefix();
    return (leasePrefix == null ? builder : builder.leasePrefix(leasePrefix)).build();
  }

  private static RedisTokenStore.Builder builder(AbstractRedisClient client) {
    return client instanceof RedisClusterClient cluster
        ? RedisTokenStore.builder(cluster)
        : RedisTokenStore.builder((RedisClient) client);
  }
}
