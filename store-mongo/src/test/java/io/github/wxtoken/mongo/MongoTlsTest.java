package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsContract;
import io.github.wxtoken.faults.TlsRelay;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS ends in a relay before the server: what is tested is the client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MongoTlsTest extends TlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private TlsRelay relay;
  private String user = "";

  @SuppressWarnings("NullAway.Init") // before the first test
  MongoTlsTest() {}

  @BeforeAll
  void startRelay() throws IOException {
    relay = new TlsRelay(plainServer());
    String url = Servers.database(SERVER, "tls");
    if (Servers.isReal(url)) {
      Servers.mongo(url).runCommand(BsonDocument.parse("{dropAllUsersFromDatabase: 1}"));
      Servers.mongo(url)
          .runCommand(
              BsonDocument.parse(
                  "{createUser: 'tls', pwd: 'CANARY-password', roles: ['readWrite']}"));
      user = "tls:CANARY-password@";
    }
  }

  @AfterAll
  void stopRelay() throws IOException {
    relay.close();
  }

  @Override
  protected InetSocketAddress tlsServer() {
    return InetSocketAddress.createUnresolved("127.0.0.1", relay.port());
  }

  @Override
  protected void present(TestCertificate certificate) {
    relay.present(certificate);
  }

  @Override
  protected InetSocketAddress plainServer() {
    ServerAddress server = new ServerAddress(new ConnectionString(SERVER.url()).getHosts().get(0));
    return new InetSocketAddress(server.getHost(), server.getPort());
  }

  @Override
  protected String url(Security security, String host, int port) {
    String database =
        "/wx_alone_tls?directConnection=true&wxtoken.createSchema=true&wxtoken.timeout=20000&";
    String url = "mongodb://" + user + host + ":" + port + database;
    return switch (security) {
      case PLAINTEXT -> url + "tls=false";
      case TLS -> url + "tls=true";
      case TLS_WITH_CA -> url + "tls=true&wxtoken.caFile=" + TestCertificate.caFile();
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://u:CANARY@db/x",
        "mongodb://u:CANARY@db/x?tls=false",
        "mongodb://u:CANARY@localhost,db/x?replicaSet=rs",
        "mongodb://u:CANARY@localhost.example/x",
        "mongodb://u:CANARY@%2Ftmp%2Fmongodb-27017.sock/x?proxyHost=proxy",
        // a file of a socket is named with its directory
        "mongodb://u:CANARY@db.SOCK/x",
        "mongodb://u:CANARY@db.sock:27017/x",
        "mongodb://u:CANARY@localhost/x?proxyHost=proxy",
        "mongodb+srv://u:CANARY@cluster.example.com/x?tls=false",
        "mongodb+srv://u:CANARY@cluster.example.com/x?ssl=false",
        "mongodb://u:CANARY@db/x?tlsInsecure=true",
        "mongodb+srv://u:CANARY@a.localhost/x?tls=false",
        "mongodb+srv://u:CANARY@localhost/x?tls=false",
        "mongodb+srv://u:CANARY@localhost/x?tls=false&srvAllowedHostsSuffix=.example.net",
        "mongodb+srv://u:CANARY@127.0.0.1/x?tls=false",
        "mongodb+srv://u:CANARY@a.sock/x?tls=false&srvAllowedHostsSuffix=.example.net"
      })
  void everyServerOfAPlaintextUrlMustBeThisMachine(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use tls=true, or accept that with wxtoken.allowPlaintext=true");
    FaultsTest.assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tlsInsecure=true",
        "tlsAllowInvalidHostnames=true",
        "sslInvalidHostNameAllowed=true"
      })
  void aModeThatDoesNotVerifyTheHostNameIsUsedWithOneWarningThatNamesTheHost(String mode)
      throws Exception {
    present(TestCertificate.OTHER_HOST);
    String url = url(Security.TLS_WITH_CA, "127.0.0.1", relay.port()) + "&" + mode;

    try (LogRecorder log = LogRecorder.listen(MongoTarget.class.getName(), Level.WARN)) {
      openAndUse(url);

      assertThat(warnings(log, relay.port()))
          .singleElement()
          .asString()
          .startsWith("TLS to 127.0.0.1:" + relay.port() + " does not verify the host name")
          .doesNotContain("CANARY");
    }
  }

  @Test
  void aModeThatDoesNotVerifyTheHostNameStillVerifiesTheAuthority() throws Exception {
    present(TestCertificate.SELF_SIGNED);
    String url = url(Security.TLS_WITH_CA, "127.0.0.1", relay.port());

    assertThatThrownBy(
            () -> TokenStores.open(url + "&tlsInsecure=true&wxtoken.timeout=5000").close())
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("its certificate is expired, self-signed or issued for another host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls=true",
        "tls=true&tlsInsecure=false",
        "ssl=true&tlsAllowInvalidHostnames=false",
        "tls=true&sslInvalidHostNameAllowed=false"
      })
  void everyOtherUrlVerifiesTheHostNameWithoutAWarning(String parameters) {
    try (LogRecorder log = LogRecorder.listen(MongoTarget.class.getName(), Level.WARN)) {
      MongoTarget target =
          MongoTarget.of("mongodb://verified:27999/x?" + parameters, new StoreOptions(Map.of()));

      assertThat(target.settings().getSslSettings().isEnabled()).isTrue();
      assertThat(target.settings().getSslSettings().isInvalidHostNameAllowed()).isFalse();
      assertThat(warnings(log, 27999)).isEmpty();
    }
  }

  private static List<String> warnings(LogRecorder log, int port) {
    return log.lines().stream()
        .map(LogRecorder.Line::message)
        .filter(line -> line.contains(":" + port))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // in another case
        "TLS=true",
        "Ssl=true",
        "TLSINSECURE=true",
        "tlsinsecure=true",
        "tls\u0131nsecure=true",
        "tlsAllowInvalidHostNames=true",
        "sslInvalidHostnameAllowed=true",
        // with a value that is neither true nor false
        "tls=TRUE",
        "tls=yes",
        "tls=1",
        "tls=",
        "tls=%74rue",
        "tlsInsecure= true",
        // twice
        "tls=true&tls=true",
        "tls=false;tls=true",
        "tls=true&ssl=true",
        "tlsInsecure=false&tlsInsecure=true",
        "tlsInsecure=false&tlsAllowInvalidHostnames=true",
        "tlsAllowInvalidHostnames=false&sslInvalidHostNameAllowed=true"
      })
  void eachSettingOfTlsIsWrittenOnceAndExactly(String parameters) {
    for (String start :
        new String[] {"mongodb://u:CANARY@localhost/x?", "mongodb+srv://u:CANARY@a.b.example/x?"}) {
      Throwable thrown = catchThrowable(() -> TokenStores.open(start + parameters));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url ")
          .hasMessageContaining("TLS parameter");
      FaultsTest.assertNoCanary(thrown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://u:CANARY@no.invalid/x?ssl=true&wxtoken.timeout=500",
        "mongodb+srv://u:CANARY@no.invalid/x?wxtoken.timeout=500",
        "mongodb://u:CANARY@[::1]:1/x?wxtoken.timeout=500"
      })
  void tlsToAnyMachineAndPlaintextToThisOneNeedNoOption(String url) {
    assertThatThrownBy(() -> TokenStores.open(url)).isInstanceOf(TokenStoreException.class);
  }
}
