package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsContract;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisURI;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisTlsTest extends TlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.TLS;
  @RegisterExtension static final TestServer PLAIN = Servers.REDIS;

  private static final StoreOptions NONE = new StoreOptions(Map.of());

  @Override
  protected InetSocketAddress tlsServer() {
    return address(SERVER);
  }

  @Override
  protected void present(TestCertificate certificate) {
    Servers.present(certificate);
  }

  @Override
  protected InetSocketAddress plainServer() {
    return address(PLAIN);
  }

  private static InetSocketAddress address(TestServer server) {
    RedisURI uri = RedisURI.create(server.url());
    return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort());
  }

  @Override
  protected String url(Security security, String host, int port) {
    String server = host + ":" + port + "?wxtoken.timeout=20000&wxtoken.prefix=tls:";
    return switch (security) {
      case PLAINTEXT -> "redis://" + server;
      case TLS -> "rediss://:CANARY-password@" + server;
      case TLS_WITH_CA ->
          "rediss://:CANARY-password@" + server + "&wxtoken.caFile=" + TestCertificate.caFile();
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:CANARY@db",
        "redis://:CANARY@127.0.0.1.example",
        "redis://:CANARY@127.1",
        "redis-sentinel://:CANARY@localhost,db?sentinelMasterId=m",
        "redis-sentinel://:CANARY@db:1?sentinelMasterId=m",
        "redis-cluster://:CANARY@localhost,db:7000",
        "redis-cluster://:CANARY@db"
      })
  void everyServerOfAPlaintextUrlMustBeThisMachine(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    OpeningTest.assertNoCanary(thrown);
  }

  @Test
  void aRefusalSaysWhichSchemeAsksForTls() {
    assertThatThrownBy(() -> TokenStores.open("redis-cluster://db"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "use rediss-cluster:, or accept that with wxtoken.allowPlaintext=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://db",
        "rediss-sentinel://db,other?sentinelMasterId=m",
        "rediss-cluster://db,other",
        "rediss://db?verifyPeer=full",
        "redis://localhost",
        "redis://%6Cocalhost",
        "redis://[::1]",
        "redis-sentinel://localhost,127.0.0.2?sentinelMasterId=m"
      })
  void tlsToAnyMachineAndPlaintextToThisOneNeedNoOption(String url) {
    assertThatNoException().isThrownBy(() -> OwnClient.Target.of(url, NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://:CANARY@localhost?verifyPeer=NONE",
        "rediss://:CANARY@localhost?verifyPeer=ca",
        "rediss://:CANARY@localhost?VERIFYPEER=none",
        "rediss://:CANARY@localhost?verifyPeer=FULL&verifyPeer=NONE",
        "rediss://:CANARY@localhost?timeout=1s;verifyPeer=NONE",
        "rediss://:CANARY@localhost?%76erifyPeer=%4eone",
        "rediss-sentinel://:CANARY@localhost?sentinelMasterId=m&verifyPeer=NONE",
        "rediss-cluster://:CANARY@localhost,db?verifyPeer=NONE",
        "redis://:CANARY@localhost?verifyPeer=NONE"
      })
  void verificationIsNotSwitchedOff(String url) {
    for (String allowed : new String[] {"", "&wxtoken.allowPlaintext=true"}) {
      Throwable thrown = catchThrowable(() -> TokenStores.open(url + allowed));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url must not have verifyPeer=");
      OpeningTest.assertNoCanary(thrown);
    }
  }
}
