package io.github.wxtoken.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.examples.boot.User.End;
import io.github.wxtoken.faults.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;
import redis.embedded.RedisServer;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long") // In each build, the paths run on one node.
class TwoNodesBrowserTest extends BrowserPaths {
  @RegisterExtension
  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              redis -> "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379))
          .embedded(TwoNodesBrowserTest::startEmbedded)
          .version(url -> "Redis")
          .build();

  TwoNodesBrowserTest() {
    super(2);
  }

  private static String startEmbedded() throws IOException {
    int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
    RedisServer server =
        RedisServer.newRedisServer()
            .port(port)
            .setting("save \"\"")
            .setting("bind 127.0.0.1")
            .setting("dir " + Files.createTempDirectory("wxtoken-redis"))
            .build();
    server.start(); // stops with this process
    return "redis://127.0.0.1:" + port;
  }

  @Override
  Site startSite() throws IOException {
    return Site.ofTwoNodes(REDIS.url());
  }

  /** The last one, since the node stays dead. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aUserStaysSignedInWhenANodeIsKilledAndTheOtherOneRefreshes() throws InterruptedException {
    openAndConsent();
    site().kill(0);
    site().weChat().clock().advance(Duration.ofHours(3));
    user().open("/me");
    user().reload();
    assertThat(user().end()).isEqualTo(End.SIGNED_IN);
    user().reload();

    ends("one node killed, the token expires", End.SIGNED_IN, 2, new Calls(2, 1, 4, 1));
  }
}
