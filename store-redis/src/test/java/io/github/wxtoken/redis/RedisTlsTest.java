package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsContract;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    assertThatNoException().isThrownBy(() -> RedisUrl.of(url, NONE));
  }

  @ParameterizedTest
  @CsvSource({
    "rediss://:CANARY@db?verifyPeer=NONE, db:6379, the certificate, NONE",
    "rediss://:CANARY@db?timeout=1s;verifyPeer=none, db:6379, the certificate, NONE",
    "rediss://:CANARY@db?%76erifyPeer=%4eone, db:6379, the certificate, NONE",
    "rediss://:CANARY@localhost?verifyPeer=CA, localhost:6379, the host name, CA",
    "rediss-sentinel://:CANARY@db:1?sentinelMasterId=m&verifyPeer=ca, db:1, the host name, CA",
    "'rediss-cluster://:CANARY@db,db2?verifyPeer=NONE', 'db:6379, db2:6379', the certificate, NONE"
  })
  void aWeakerModeIsTakenWithOneWarning(
      String url, String servers, String unverified, SslVerifyMode mode) {
    try (LogRecorder log = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      RedisUrl parsed = RedisUrl.of(url, NONE);

      assertThat(parsed.uris()).extracting(RedisURI::getVerifyMode).containsOnly(mode);
      assertThat(log.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .startsWith(
              "TLS to "
                  + servers
                  + " does not verify "
                  + unverified
                  + ", since the URL has verifyPeer="
                  + mode)
          .doesNotContain("CANARY");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rediss://db", "rediss://db?verifyPeer=FULL", "redis://localhost"})
  void nobodyIsWarnedOfVerifiedTlsOrOfPlaintextToThisMachine(String url) {
    try (LogRecorder log = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      RedisUrl.of(url, NONE);

      assertThat(log.messagesOfThisThread(Level.WARN)).isEmpty();
    }
  }

  @Test
  void withoutVerificationAnyCertificateIsTaken() throws Exception {
    present(TestCertificate.SELF_SIGNED);
    InetSocketAddress server = tlsServer();

    openAndUse(url(Security.TLS, server.getHostString(), server.getPort()) + "&verifyPeer=NONE");
  }

  @Test
  void withoutVerificationOfTheHostNameAnotherHostsCertificateIsTaken() throws Exception {
    present(TestCertificate.OTHER_HOST);
    InetSocketAddress server = tlsServer();
    String url = url(Security.TLS_WITH_CA, server.getHostString(), server.getPort());

    openAndUse(url + "&verifyPeer=CA");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://:CANARY@localhost?VERIFYPEER=none",
        "rediss://:CANARY@localhost?verifypeer=FULL",
        "rediss://:CANARY@localhost?VER\u0130FYPEER=NONE",
        "rediss://:CANARY@localhost?verifyPeer=FULL&verifyPeer=NONE",
        "rediss://:CANARY@localhost?verifyPeer=FULL;verifyPeer=FULL",
        "rediss://:CANARY@localhost?verifyPeer=FULL&%56erifyPeer=NONE",
        "rediss-sentinel://:CANARY@localhost?verifypeer=NONE&sentinelMasterId=m",
        "rediss-cluster://:CANARY@localhost,db?verifyPeer&verifyPeer=NONE"
      })
  void verifyPeerTwiceOrInAnotherSpellingIsRefused(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("url must have verifyPeer at most once, and in this spelling");
    OpeningTest.assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "CA", "FULL", "CANARY", ""})
  void verifyPeerWithoutTlsIsRefused(String mode) {
    for (String url :
        new String[] {"redis://:CANARY@localhost?verifyPeer=", "redis-cluster://h?verifyPeer="}) {
      Throwable thrown = catchThrowable(() -> TokenStores.open(url + mode));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url has verifyPeer, which is for TLS. For TLS, use rediss:");
      OpeningTest.assertNoCanary(thrown);
    }
  }
}
