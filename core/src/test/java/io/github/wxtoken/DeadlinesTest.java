package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However WeChat hangs or breaks, a call ends in time and says what was waited for. */
class DeadlinesTest {
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  // For a loaded machine; what hangs for ever, hangs for longer.
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final CannedServer server = new CannedServer();
  private final TokenStore store = new MemoryTokenStore();
  private final WeChatOAuth client = server.client().store(store).httpTimeout(TIMEOUT).build();
  // For tests in which an error has to come before the timeout, even on a loaded machine.
  private final WeChatOAuth unhurried = server.client().store(store).build();

  @AfterEach
  void close() throws IOException {
    client.close();
    unhurried.close();
    server.close();
  }

  private static WeChatTransportException endsInTime(ThrowingCallable call) {
    long start = System.nanoTime();
    WeChatTransportException e = catchThrowableOfType(WeChatTransportException.class, call);
    assertThat(e).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plus(SLACK));
    return e;
  }

  private void everyCallTimesOut() {
    assertThat(endsInTime(() -> client.getAccessToken("CODE")))
        .hasMessageStartingWith(
            "WeChat did not answer /sns/oauth2/access_token within 300 ms (app ");
    assertThat(endsInTime(() -> client.getSessionKey("JSCODE")))
        .hasMessageStartingWith("WeChat did not answer /sns/jscode2session within 300 ms (app ");
    assertThat(endsInTime(() -> client.refreshAccessToken("RT")))
        .hasMessageStartingWith(
            "WeChat did not answer /sns/oauth2/refresh_token within 300 ms (app ");
    assertThat(endsInTime(() -> client.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat did not answer /sns/auth within 300 ms (app ");
  }

  @Test
  void aServerThatNeverAnswers() throws InterruptedException {
    server.hangsAfter("");
    everyCallTimesOut();
    assertThat(server.sawTheClientGo()).isTrue();
  }

  @Test
  void aServerThatStopsInTheHeaders() throws InterruptedException {
    server.hangsAfter("HTTP/1.1 200 OK\r\nContent-Ty");
    everyCallTimesOut();
    assertThat(server.sawTheClientGo()).isTrue();
  }

  @Test
  void aServerThatStopsInTheBody() throws InterruptedException {
    server.hangsAfter("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"access_token\":");
    everyCallTimesOut();
    assertThat(server.sawTheClientGo()).isTrue();
  }

  @Test
  void aServerThatDripsItsBodyByteByByte() {
    server.does(
        connection -> {
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
          // Waits for nothing but the client to go, at which a write fails.
          CountDownLatch never = new CountDownLatch(1);
          try {
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
              connection.getOutputStream().write(' ');
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return false;
        });
    assertThat(endsInTime(() -> client.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat did not answer /sns/auth within 300 ms (app ");
  }

  @Test
  void aProfileTimesOutToo() {
    server.answersWith("{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\"}");
    unhurried.getAccessToken("CODE");
    server.hangsAfter("");
    assertThat(endsInTime(() -> client.getUser("OID")))
        .hasMessageStartingWith("WeChat did not answer /sns/userinfo within 300 ms (app ");
  }

  @Test
  void aServerThatClosesWithoutAnAnswer() {
    server.does(connection -> false);
    assertThat(endsInTime(() -> unhurried.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat could not be asked for /sns/auth (app ")
        .cause()
        .isInstanceOf(RedactedException.class)
        .hasMessage("java.io.IOException");
  }

  @Test
  void aServerThatClosesInTheBody() {
    server.does(
        connection -> {
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
                      .getBytes(StandardCharsets.US_ASCII));
          return false;
        });
    assertThat(endsInTime(() -> unhurried.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat could not be asked for /sns/auth (app ")
        .cause()
        .isInstanceOf(RedactedException.class)
        .hasMessage("java.io.IOException");
  }

  @Test
  void aServerThatSpeaksNoHttp() {
    server.does(
        connection -> {
          connection
              .getOutputStream()
              .write("SSH-2.0-OpenSSH\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          return false;
        });
    assertThat(endsInTime(() -> unhurried.verifyToken("OID", "AT")))
        .hasMessageStartingWith("WeChat could not be asked for /sns/auth (app ");
  }

  @Test
  void aPortWhereNobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (WeChatOAuth lonely = clientOf("http://127.0.0.1:" + port)) {
      assertThat(endsInTime(() -> lonely.verifyToken("OID", "AT")))
          .hasMessageStartingWith("WeChat could not be asked for /sns/auth (app ")
          .cause()
          .isInstanceOf(RedactedException.class)
          .hasMessage("java.net.ConnectException");
    }
  }

  @Test
  void aHostThatDoesNotExist() {
    try (WeChatOAuth lost = clientOf("http://no-such-host.invalid")) {
      assertThat(endsInTime(() -> lost.verifyToken("OID", "AT"))).hasMessageContaining("/sns/auth");
    }
  }

  private static WeChatOAuth clientOf(String endpoint) {
    return WeChatOAuth.builder("APPID", "SECRET")
        .store(new MemoryTokenStore())
        .apiEndpoint(URI.create(endpoint))
        .build();
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.does(
        connection -> {
          asked.countDown();
          connection.getInputStream().transferTo(OutputStream.nullOutputStream());
          return false;
        });
    try (WeChatOAuth patient = server.client().httpTimeout(Duration.ofSeconds(60)).build()) {
      FutureTask<Boolean> waiting =
          new FutureTask<>(
              () -> {
                assertThatExceptionOfType(WeChatTransportException.class)
                    .isThrownBy(() -> patient.verifyToken("OID", "AT"))
                    .withMessage("interrupted while waiting for WeChat's /sns/auth (app APPID)")
                    .withCauseInstanceOf(InterruptedException.class);
                return Thread.currentThread().isInterrupted();
              });
      Thread thread = new Thread(waiting);
      thread.start();
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
