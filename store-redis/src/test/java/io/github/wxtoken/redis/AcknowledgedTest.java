package io.github.wxtoken.redis;

import io.github.wxtoken.faults.OutageContract;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/** A Redis with an append-only file, which keeps what it acknowledged when it is killed. */
class AcknowledgedTest extends OutageContract {
  @Override
  protected GenericContainer<?> container(int port) {
    GenericContainer<?> server =
        new GenericContainer<>(Servers.REDIS_IMAGE)
            .withCommand("redis-server", "--appendonly", "yes", "--appendfsync", "always")
            .withExposedPorts(6379);
    // A port that stays the same after a restart.
    server.setPortBindings(List.of(port + ":6379"));
    return server;
  }

  @Override
  protected String storeUrl(int port) {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  protected void connect(int port) {
    RedisClient client = RedisClient.create(storeUrl(port) + "?timeout=2s");
    try {
      client.connect().sync().ping();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }
}
