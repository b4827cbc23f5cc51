package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsContract;
import io.github.wxtoken.faults.TlsRelay;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
        // neither is a socket to the driver
        "mongodb://u:CANARY@db.SOCK/x",
        "mongodb://u:CANARY@db.sock:27017/x",
        "mongodb://u:CANARY@localhost/x?proxyHost=proxy",
        "mongodb+srv://u:CANARY@cluster.example.com/x?tls=false",
        "mongodb+srv://u:CANARY@cluster.example.com/x?SSL=false",
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
        "TLSINSECURE=TRUE",
        "tlsAllowInvalidHostnames=true",
        "sslInvalidHostnameAllowed=true",
        "tlsAllowInvalidHostnames=false&tlsAllowInvalidHostnames=true",
        "ssl=false&tlsInsecure=true"
      })
  void verificationIsNotSwitchedOff(String option) {
    for (String start :
        new String[] {"mongodb://u:CANARY@localhost/x?", "mongodb+srv://u:CANARY@a.b.example/x?"}) {
      Throwable thrown = catchThrowable(() -> TokenStores.open(start + option));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url must not have tlsAllowInvalidHostnames or tlsInsecure");
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
