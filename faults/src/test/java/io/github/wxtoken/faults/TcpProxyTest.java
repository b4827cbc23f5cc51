package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault as a client and a server see it; the server sends back what it gets. */
@Timeout(60)
class TcpProxyTest {
  private final CountDownLatch ended = new CountDownLatch(1);
  private ServerSocket server;
  private TcpProxy proxy;

  @SuppressWarnings("NullAway.Init") // before each test
  TcpProxyTest() {}

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread echo = new Thread(this::echo, "echo");
    echo.setDaemon(true);
    echo.start();
    proxy = new TcpProxy(address(server));
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void passesOnWhatBothSay() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, 42)).isEqualTo(42);
    }
  }

  @Test
  void passesOnThatAClientHasSaidAll() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(42);
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).containsExactly(42);
    }
  }

  @Test
  void delaysWhatIsSaidInEachDirection() throws IOException {
    try (Socket client = connect()) {
      proxy.delay(Duration.ofMillis(200));
      long start = System.nanoTime();

      assertThat(echo(client, 1)).isEqualTo(1);

      assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }
  }

  @Test
  void throttlesEstablishedConnections() throws IOException {
    try (Socket client = connect()) {
      proxy.throttle(1_000);
      long start = System.nanoTime();

      client.getOutputStream().write(new byte[300]);

      assertThat(client.getInputStream().readNBytes(300)).hasSize(300);
      assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }
  }

  @Test
  void keepsAHalfOpenConnectionAndSaysNothingUntilTheFaultEnds() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
      proxy.halfOpen();

      assertSilent(client);
      proxy.pass();

      assertThat(client.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void acceptsConnectionsWhileHalfOpen() throws IOException {
    proxy.halfOpen();
    try (Socket client = connect()) {
      assertSilent(client);
      proxy.pass();

      assertThat(client.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void cutsConnectionsInGoodOrderAndNewOnesAtOnce() throws Exception {
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
      proxy.cut();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(ended.await(30, TimeUnit.SECONDS)).as("the server knows, too").isTrue();
    }
    try (Socket client = connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void resetsConnectionsAndNewOnesAtOnce() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
      proxy.reset();

      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
    assertThatThrownBy(
            () -> {
              try (Socket client = connect()) {
                client.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void passesAgainAfterEachFault() throws IOException {
    proxy.cut();
    proxy.reset();
    proxy.halfOpen();
    proxy.throttle(1);
    proxy.delay(Duration.ofHours(1));
    try (Socket client = connect()) {
      client.getOutputStream().write(7);
      proxy.pass();

      assertThat(client.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void leadsNewConnectionsToAnotherServerAndLeavesEstablishedOnes() throws IOException {
    try (Socket established = connect();
        ServerSocket other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      assertThat(echo(established, 1)).isEqualTo(1);
      proxy.lead(address(other));

      try (Socket client = connect();
          Socket accepted = other.accept()) {
        accepted.getOutputStream().write(3);
        assertThat(client.getInputStream().read()).isEqualTo(3);
      }
      assertThat(echo(established, 2)).isEqualTo(2);
      assertThat(proxy.accepted()).isEqualTo(2);
    }
  }

  @Test
  void keepsNewConnectionsWaitingUntilThereIsAServerForThem() throws IOException {
    proxy.leadNowhere();
    try (Socket client = connect()) {
      assertSilent(client);
      proxy.lead(address(server));

      assertThat(client.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void countsConnectionsThatTheirClientsCloseBeforeThereIsAServer() throws IOException {
    proxy.leadNowhere();
    connect().close();

    while (proxy.abandoned() == 0) {
      Thread.onSpinWait();
    }
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void answersInPlaceOfTheServer() throws IOException {
    proxy.answer(new byte[] {4, 5});
    try (Socket client = connect()) {
      assertThat(client.getInputStream().readAllBytes()).containsExactly(4, 5);
    }
    assertThat(proxy.answered()).as("by the server").isZero();
  }

  @Test
  void discardsWhatConnectionsCarryAndLetsNewOnesThroughAgain() throws IOException {
    try (Socket established = connect()) {
      assertThat(echo(established, 1)).isEqualTo(1);
      proxy.swallow();
      proxy.letNewOnesThrough();
      assertSilent(established);
    }
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
    }
  }

  @Test
  void discardsOnlyWhatTheServerSaysAndCountsIt() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
      proxy.swallowAnswers();
      assertSilent(client);

      while (proxy.answered() < 2) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void hangsUpAndAcceptsNewConnections() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
      proxy.hangUp();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    try (Socket client = connect()) {
      assertThat(echo(client, 1)).isEqualTo(1);
    }
  }

  private static InetSocketAddress address(ServerSocket server) {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  private void assertSilent(Socket client) throws IOException {
    client.getOutputStream().write(2);
    client.setSoTimeout(200);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(0);
  }

  private Socket connect() throws IOException {
    return new Socket(server.getInetAddress(), proxy.port());
  }

  private static int echo(Socket client, int value) throws IOException {
    client.getOutputStream().write(value);
    return client.getInputStream().read();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void echo() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getInputStream().transferTo(client.getOutputStream());
      } catch (IOException e) {
        // a client that has closed its connection
      }
      ended.countDown();
    }
  }
}
