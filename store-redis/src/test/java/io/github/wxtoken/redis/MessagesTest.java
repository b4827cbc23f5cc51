package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The messages that an operator reads when Redis refuses: what failed and where, why, and what to
 * do.
 */
class MessagesTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;
  @RegisterExtension static final TestServer TLS = Servers.TLS;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  private static String address(TestServer server) {
    RedisURI uri = RedisURI.create(server.url());
    return uri.getHost() + ":" + uri.getPort();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    OpeningTest.assertNoCanary(thrown);
    return assertThat(thrown);
  }

  // The address

  @ParameterizedTest
  @CsvSource({
    "redis://, Redis at",
    "rediss://, Redis at",
    "redis-cluster://, the Redis cluster at",
  })
  void aPortWhereNothingListensIsNamed(String scheme, String name) throws IOException {
    String address = "127.0.0.1:" + FreePorts.one();

    assertRefused(scheme + ":CANARY@" + address)
        .hasMessageStartingWith(
            "cannot connect to " + name + " " + address + ": nothing accepts connections there (")
        .hasMessageEndingWith(
            "Check the host and the port in the URL, and whether the server runs");
  }

  @Test
  void soIsThatOfTheApplicationsOwnClient() throws IOException {
    String address = "127.0.0.1:" + FreePorts.one();
    RedisClient client = RedisClient.create("redis://:CANARY@" + address);
    try {
      Throwable thrown = catchThrowable(() -> RedisTokenStore.builder(client).build().close());

      assertThat(thrown)
          .hasMessageStartingWith(
              "cannot connect to Redis at " + address + ": nothing accepts connections there (");
      OpeningTest.assertNoCanary(thrown);
    } finally {
      client.shutdown();
    }
  }

  @Test
  void soAreSentinels() throws IOException {
    String address = "127.0.0.1:" + FreePorts.one();

    assertRefused("redis-sentinel://" + address + "?sentinelMasterId=m")
        .hasMessageStartingWith(
            "cannot connect to Redis by Sentinel at "
                + address
                + ": nothing accepts connections there (");
  }

  @Test
  void anUnknownHostIsNamed() {
    assertRefused("rediss://:CANARY@nosuch.invalid")
        .hasMessageStartingWith(
            "cannot connect to Redis at nosuch.invalid:6379: the host name is unknown (")
        .hasMessageContaining("DNS");
  }

  @Test
  void aPortThatIsSilentIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      assertRefused("redis://127.0.0.1:" + silent.getLocalPort() + "?wxtoken.timeout=500")
          .hasMessageStartingWith("cannot connect to Redis at 127.0.0.1:")
          .hasMessageContaining("Check the host and the port in the URL");
    }
  }

  @Test
  void aPortOfAnotherKindOfServerIsCalledSo() throws Exception {
    try (ServerSocket web = new ServerSocket(0)) {
      Thread server = new Thread(() -> answerOnce(web), "not-redis");
      server.setDaemon(true);
      server.start();

      assertRefused("redis://127.0.0.1:" + web.getLocalPort())
          .hasMessageContaining(": what listens there does not speak the protocol of Redis (")
          .hasMessageContaining("Check the host and the port in the URL");
    }
  }

  private static void answerOnce(ServerSocket web) {
    try (Socket connection = web.accept();
        OutputStream out = connection.getOutputStream()) {
      int unused = connection.getInputStream().read();
      out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      connection.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client has left.
    }
  }

  @Test
  void aMemberOfAClusterThatIsNamedAsASingleServerIsCalledSo() {
    String url =
        CLUSTER
            .url()
            .replaceFirst("redis-cluster://([^,/?]+).*", "redis://$1?wxtoken.prefix=messages:");

    Throwable thrown =
        catchThrowable(
            () -> {
              try (TokenStore store = TokenStores.open(url)) {
                IntStream.range(0, 100).forEach(i -> store.getToken("o" + i));
              }
            });

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(
            ": the server is a member of a Redis Cluster, and another member has the key (MOVED)")
        .hasMessageContaining("Use redis-cluster: in place of redis: in the URL");
  }

  // TLS

  @Test
  void tlsOnAPortWithoutItIsCalledSo() {
    assertRefused("rediss://" + address(SERVER))
        .hasMessageStartingWith("cannot connect to Redis at " + address(SERVER) + ": ")
        .hasMessageContaining("TLS handshake")
        .hasMessageEndingWith(
            "The port seems to take no TLS: use the TLS port of the server, or redis: in place of"
                + " rediss: in the URL for plaintext");
  }

  @Test
  void plaintextOnAPortOfTlsIsCalledSo() {
    assertRefused("redis://" + address(TLS))
        .hasMessageContaining("If the port accepts only TLS, use rediss: in place of redis:");
  }

  // The password

  @Test
  void aPasswordThatTheServerDoesNotAskForIsCalledSo() {
    assertRefused("redis://:CANARY@" + address(SERVER))
        .hasMessageContaining(
            ": the URL has a password, and the server has none (ERR). Remove it from the URL");
  }

  @Test
  void aMissingPasswordIsCalledMissing() throws IOException {
    int port = Servers.startEmbedded(FreePorts.one(), "requirepass CANARY");
    for (String scheme : new String[] {"redis", "redis-cluster"}) {
      assertRefused(scheme + "://127.0.0.1:" + port)
          .hasMessageContaining(
              ": Redis asks for a password, and none was sent (NOAUTH). Add it to the URL");
    }
  }

  @Test
  void aPasswordThatIsChangedMeanwhileIsReportedAsTheServerSaysIt() {
    RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
    raw.aclSetuser("messages", user("CANARY-old"));
    try (TokenStore store =
        TokenStores.open(
            "redis://messages:CANARY-old@"
                + address(SERVER)
                + "?wxtoken.prefix=messages:&wxtoken.timeout=1000")) {
      store.saveToken("oA", Tokens.token("oA"));
      raw.aclSetuser("messages", user("CANARY-new"));
      raw.clientKill(KillArgs.Builder.user("messages"));

      Outages.await(
          Duration.ofSeconds(30),
          () -> {
            Throwable thrown = catchThrowable(() -> store.getToken("oA"));
            OpeningTest.assertNoCanary(thrown);
            assertThat(thrown)
                .isInstanceOf(TokenStoreException.class)
                .hasMessageStartingWith(
                    "cannot read the token of oA: cannot connect to Redis at "
                        + address(SERVER)
                        + ": Redis refuses the user or the password (WRONGPASS).")
                .hasMessageEndingWith(
                    "If the password was changed, configure the new one and open the store again");
          });
      raw.aclSetuser("messages", user("CANARY-old"));
      Outages.await(Duration.ofSeconds(30), () -> assertThat(store.getToken("oA")).isPresent());
    } finally {
      raw.aclDeluser("messages");
    }
  }

  private static AclSetuserArgs user(String password) {
    return new AclSetuserArgs().reset().on().addPassword(password).allKeys().allCommands();
  }

  // The server

  @Test
  void aServerThatIsInNoClusterIsCalledSo() {
    assertRefused("redis-cluster://" + address(SERVER))
        .hasMessageContaining(
            ": the server is no member of a cluster (ERR). Use redis: in place of redis-cluster:");
  }

  @Test
  void aServerThatIsNoSentinelIsCalledSo() {
    assertRefused("redis-sentinel://" + address(SERVER) + "?sentinelMasterId=m")
        .hasMessageContaining(": the server is no Sentinel (ERR). Name the Sentinels");
  }

  @Test
  void aDatabaseThatTheServerDoesNotHaveIsCalledSo() {
    assertRefused("redis://" + address(SERVER) + "/9999")
        .hasMessageContaining(
            ": the server has no database of the number that the URL ends in (ERR). Use a smaller");
  }
}
