package io.github.wxtoken.wxjava;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.faults.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;

class WxJavaRedisClusterTest extends WxJavaClusterContract {
  @RegisterExtension
  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              server -> "redis://" + server.getHost() + ":" + server.getMappedPort(6379))
          .embedded(() -> abort("there is no Redis"))
          .version(url -> "8")
          .build();

  @Override
  String storeUrl() {
    String separator = REDIS.url().contains("?") ? "&" : "?";
    return REDIS.url() + separator + "wxtoken.prefix=wxjava-" + UUID.randomUUID() + ":";
  }
}
