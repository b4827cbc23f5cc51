package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The messages that an operator reads when MongoDB refuses: what failed and where, why, and what to
 * do.
 */
class MessagesTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());
    assertThat(thrown).isInstanceOf(TokenStoreException.class);
    FaultsTest.assertNoCanary(thrown);
    return assertThat(thrown);
  }

  private static String address(String url) {
    return new ConnectionString(url).getHosts().get(0);
  }

  private static String at(String address) {
    return "mongodb://u:CANARY@" + address + "/shop?wxtoken.timeout=1500";
  }

  // The address

  @Test
  void aPortWhereNothingListensIsNamed() {
    String address = "127.0.0.1:" + FreePorts.one();

    assertRefused(at(address))
        .hasMessageStartingWith(
            "cannot open the store: cannot connect to MongoDB at "
                + address
                + ": nothing accepts connections there (")
        .hasMessageEndingWith(
            "Check the host and the port in the URL, and whether the server runs");
  }

  @Test
  void anUnknownHostIsNamed() {
    assertRefused(at("nosuch.invalid") + "&tls=true")
        .hasMessageStartingWith(
            "cannot open the store: cannot connect to MongoDB at nosuch.invalid:27017: the host"
                + " name is unknown (")
        .hasMessageContaining("DNS");
  }

  @Test
  void aPortThatIsSilentIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      assertRefused(at("127.0.0.1:" + silent.getLocalPort()))
          .hasMessageContaining("cannot connect to MongoDB at 127.0.0.1:" + silent.getLocalPort())
          .hasMessageContaining("no answer in time")
          .hasMessageContaining("another kind of server may listen there");
    }
  }

  @Test
  void aPortOfAnotherKindOfServerIsCalledSo() throws IOException {
    try (ServerSocket web = new ServerSocket(0)) {
      Thread server = new Thread(() -> answerAll(web), "not-mongodb");
      server.setDaemon(true);
      server.start();

      assertRefused(at("127.0.0.1:" + web.getLocalPort()))
          .hasMessageContaining(": what listens there does not speak the protocol of MongoDB (");
    }
  }

  private static void answerAll(ServerSocket web) {
    while (!web.isClosed()) {
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
  }

  @Test
  void tlsOnAPortWithoutItIsCalledSo() {
    String url = Servers.database(SERVER, "messages_tls");
    assumeTrue(Servers.isReal(url), "mongo-java-server closes no handshake");

    assertRefused(url + "&tls=true&wxtoken.timeout=1500")
        .hasMessageContaining(": the server closed the connection during the TLS handshake (")
        .hasMessageContaining("remove tls=true from the URL for plaintext");
  }

  // The user

  @Test
  void aWrongPasswordNamesServerUserAndAuthenticationDatabase() {
    String url = withUser("messages_wrong");

    assertRefused(url.replace("CANARY-old", "CANARY-wrong"))
        .hasMessageStartingWith(
            "cannot open the store: cannot connect to MongoDB at "
                + address(url)
                + ": access denied for user 'messages' of the authentication database"
                + " 'wx_alone_messages_wrong' (code 18). Check the user")
        .hasMessageContaining("authSource");
  }

  @Test
  void aPasswordThatIsChangedMeanwhileIsReportedAsTheServerSaysIt() throws Exception {
    String url = withUser("messages_changed");
    // A connection lives for a millisecond, so the store soon connects anew.
    try (TokenStore store = TokenStores.open(url + "&maxLifeTimeMS=1&wxtoken.createSchema=true")) {
      assertThat(store.getToken("oA")).isEmpty();
      Servers.mongo(url)
          .runCommand(BsonDocument.parse("{updateUser: 'messages', pwd: 'CANARY-new'}"));

      Throwable thrown;
      do {
        thrown = catchThrowable(() -> store.getToken("oA"));
      } while (thrown == null);

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageStartingWith(
              "cannot read the token of oA: cannot connect to MongoDB at "
                  + address(url)
                  + ": access denied for user 'messages'")
          .hasMessageEndingWith(
              "If the password was changed, configure the new one and open the store again");
      FaultsTest.assertNoCanary(thrown);
    }
  }

  /** Makes an empty database, and a user with the password CANARY-old. */
  private static String withUser(String name) {
    String url = Servers.database(SERVER, name);
    assumeTrue(Servers.isReal(url), "mongo-java-server knows no passwords");
    Servers.mongo(url).runCommand(BsonDocument.parse("{dropAllUsersFromDatabase: 1}"));
    Servers.mongo(url)
        .runCommand(
            BsonDocument.parse(
                "{createUser: 'messages', pwd: 'CANARY-old', roles: ['readWrite', 'dbAdmin']}"));
    return url.replace("mongodb://", "mongodb://messages:CANARY-old@");
  }

  @Test
  void aMissingPasswordIsCalledMissingAndNoMissingRight() {
    assertThat(refusal("command find requires authentication"))
        .hasMessageStartingWith(
            "cannot read: the server asks for a user and a password, and none were sent (code 13)");
    assertThat(refusal("not authorized on shop to execute command"))
        .hasMessageStartingWith("cannot read: the database user has no right to do that (code 13)");
  }

  private static TokenStoreException refusal(String text) {
    BsonDocument answer = BsonDocument.parse("{ok: 0, code: 13, errmsg: '" + text + "'}");
    return MongoFailure.of("read", new MongoCommandException(answer, new ServerAddress()));
  }

  // The collection

  @Test
  void aCollectionOfTheApplicationsOwnIsCalledSoAndTheOptionIsNamed() {
    String url = Servers.database(SERVER, "messages_own");
    Servers.mongo(url)
        .getCollection("tokens", BsonDocument.class)
        .insertMany(
            List.of(
                BsonDocument.parse("{jwt: 'CANARY-1'}"), BsonDocument.parse("{jwt: 'CANARY-2'}")));

    assertRefused(url + "&wxtoken.createSchema=true")
        .hasMessageStartingWith("the collection tokens has documents without an openid")
        .hasMessageContaining("wxtoken.collection=NAME");
  }
}
