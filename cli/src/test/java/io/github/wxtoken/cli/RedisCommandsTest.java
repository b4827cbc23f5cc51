package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands on a server: Redis. */
@Tag("faults")
class RedisCommandsTest extends CommandsContract {
  @RegisterExtension static final TestServer SERVER = Stores.REDIS;

  @Override
  String freshUrl() {
    return Stores.fresh(SERVER.url());
  }

  @Test
  void doctorSaysOnceThatRedisMayDropTokens() {
    try (RedisClient client = RedisClient.create(SERVER.url());
        StatefulRedisConnection<String, String> raw = client.connect()) {
      raw.sync().configSet("maxmemory-policy", "allkeys-lru");
      try {
        CliRun.Result result = CliRun.run("doctor", "--store", freshUrl());

        assertThat(result.out())
            .containsOnlyOnce("maxmemory-policy is allkeys-lru")
            .contains("fix: CONFIG SET maxmemory-policy noeviction");
      } finally {
        raw.sync().configSet("maxmemory-policy", "noeviction");
      }
    }
  }
}
