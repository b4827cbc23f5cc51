package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** The log lines: warnings at the start, and never a token, session key or password. */
@Isolated("it turns loggers to TRACE, and changes the server's eviction policy")
class LogsTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  private static final String US = "io.github.wxtoken";

  @Test
  void anEvictionPolicyThatDropsTokensIsWarnedOfAtTheStart() {
    for (TestServer server : List.of(SERVER, CLUSTER)) {
      RedisClusterCommands<String, String> raw = Servers.raw(server.url());
      for (String policy : List.of("allkeys-lru", "volatile-ttl")) {
        raw.configSet("maxmemory-policy", policy);
        try (LogRecorder log = new LogRecorder(Map.of(US, Level.WARN));
            TokenStore store = TokenStores.open(Servers.withPrefix(server.url(), "logs:"))) {
          store.saveToken("oA", Tokens.token("oA"));
          store.getToken("oA");

          assertThat(log.texts())
              .containsExactly(
                  "Redis may drop tokens when its memory is full: its maxmemory-policy is "
                      + policy
                      + ". Run CONFIG SET maxmemory-policy noeviction");
        } finally {
          raw.configSet("maxmemory-policy", "noeviction");
        }
      }
    }
  }

  @Test
  void aServerThatKeepsEverythingIsNotWarnedOf() {
    try (LogRecorder log = new LogRecorder(Map.of(US, Level.WARN));
        TokenStore store = TokenStores.open(Servers.withPrefix(SERVER.url(), "logs:"))) {
      store.getToken("oA");

      assertThat(log.texts()).isEmpty();
    }
  }

  @Test
  void aUserWhoMayNotAskForThePolicyIsNotWarned() {
    RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
    raw.configSet("maxmemory-policy", "allkeys-lru");
    raw.aclSetuser(
        "logs-app",
        new AclSetuserArgs()
            .reset()
            .on()
            .addPassword("pw")
            .allKeys()
            .allCommands()
            .removeCommand(io.lettuce.core.protocol.CommandType.INFO));
    try (LogRecorder log = new LogRecorder(Map.of(US, Level.WARN));
        TokenStore store =
            TokenStores.open(
                Servers.withPrefix(SERVER.url().replace("//", "//logs-app:pw@"), "logs:"))) {
      store.getToken("oA");

      assertThat(log.texts()).isEmpty();
    } finally {
      raw.configSet("maxmemory-policy", "noeviction");
    }
  }

  @Test
  void aClientThatSendsCommandsAgainIsWarnedOf() {
    RedisClient client = RedisClient.create(SERVER.url());
    try (LogRecorder log = new LogRecorder(Map.of(US, Level.WARN))) {
      RedisTokenStore.builder(client).prefix("logs:").build().close();
      assertThat(log.texts())
          .singleElement()
          .asString()
          .contains("set its disconnectedBehavior to REJECT_COMMANDS");
    }
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    try (LogRecorder log = new LogRecorder(Map.of(US, Level.WARN))) {
      RedisTokenStore.builder(client).prefix("logs:").build().close();
      assertThat(log.texts()).isEmpty();
    } finally {
      client.shutdown();
    }
  }

  @Test
  void noSecretIsLoggedOrThrown() throws Exception {
    RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
    raw.aclSetuser(
        "logs-secret",
        new AclSetuserArgs().reset().on().addPassword("CANARY-password").allKeys().allCommands());
    OAuthToken token =
        Tokens.token("oA").toBuilder()
            .sessionKey("CANARY-session")
            .extraJson("{\"x\":\"CANARY-extra\"}")
            .build();
    try (LogRecorder log =
        new LogRecorder(
            Map.of(US, Level.TRACE, "io.lettuce", Level.DEBUG, "io.netty", Level.DEBUG))) {
      try (TcpProxy proxy = Servers.proxy(SERVER.url());
          TokenStore store =
              TokenStores.open(
                  Servers.url(proxy).replace("//", "//logs-secret:CANARY-password@")
                      + "?wxtoken.prefix=logs:")) {
        store.saveToken("oA", token);
        store.getToken("oA");
        store.saveTokenIfAbsent("oA", token);
        store.replaceToken("oA", token, Tokens.renewed(token));
        store.tokens().forEach(any -> {});
        store.tryLease("refresh:oA", Duration.ofMinutes(1)).orElseThrow().close();
        proxy.hangUp();
        store.getToken("oA");
        proxy.swallow();

        Throwable thrown = catchThrowable(() -> store.saveToken("oA", token));

        assertThat(thrown).isInstanceOf(TokenStoreException.class);
        OpeningTest.assertNoCanary(thrown);
        assertThat(store.toString()).doesNotContain("CANARY");
      }
      Throwable thrown =
          catchThrowable(
              () -> TokenStores.open(SERVER.url().replace("//", "//nobody:CANARY-password@")));
      OpeningTest.assertNoCanary(thrown);

      assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("CANARY"));
    }
  }

  @Test
  void aServersAnswerThatQuotesWhatItWasSentIsNotPassedOn() {
    RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
    OAuthToken token = Tokens.token("oA");
    try (TokenStore store = TokenStores.open(Servers.withPrefix(SERVER.url(), "logs-memory:"))) {
      raw.configSet("maxmemory", "1");
      Throwable thrown = catchThrowable(() -> store.saveToken("oA", token));

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessage(
              "cannot save the token of oA: Redis has no memory left"
                  + " (OOM). Raise its maxmemory, or delete other keys");
      OpeningTest.assertNoCanary(thrown);
    } finally {
      raw.configSet("maxmemory", "0");
    }
  }
}
