package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no well-behaved client sends, and some unusual ones that are well-behaved. */
class HostileRequestTest {
  private static final String BODY =
      "{\"grant_type\":\"client_credential\",\"appid\":\"wxservice\",\"secret\":\"s3cret\"}";

  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String answerTo(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), scene.simulator.port())) {
      OutputStream out = socket.getOutputStream();
      try {
        out.write(request.getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
      } catch (SocketException e) {
        // It had enough before we had sent everything; its answer is still there.
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'nonsense\r\n\r\n', 400",
    "'GET /\r\n\r\n', 400",
    "'GET / HTTP/2\r\n\r\n', 400",
    "'GET /a b HTTP/1.1\r\n\r\n', 400",
    "'GET / HTTP/1.1\r\nno header\r\n\r\n', 400",
    "'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n', 400",
    "'POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n', 400",
    "'POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n', 413",
    "'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400",
    "'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n', 413",
  })
  void malformedRequestsAreRefused(String request, int status) throws Exception {
    assertThat(answerTo(request)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void anEndlessHeadIsCutOff() throws Exception {
    String head = "GET / HTTP/1.1\r\nX: " + "x".repeat(64 * 1024);

    assertThat(answerTo(head)).startsWith("HTTP/1.1 431");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET",
        "GET / HTTP/1.1\r\nHost:",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"
      })
  void aRequestThatEndsTooEarlyGetsNoAnswer(String request) throws Exception {
    assertThat(answerTo(request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?%",
        "?%zz=%z",
        "?=&&=&",
        "?appid",
        "?appid=%00%ff%fe",
        "?appid=安",
        "?&appid=%E5%AE",
        "?appid=../../etc/passwd&secret='%20OR%201=1--",
        "?appid=a&appid=b",
        "??",
        "?a=b?c=d"
      })
  void anyQueryStringIsAnswered(String query) throws Exception {
    for (Endpoint endpoint : Endpoint.values()) {
      assertThat(answerTo("GET " + endpoint.path() + query + " HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void chunkedBodiesAreRead() throws Exception {
    String half = BODY.substring(0, 20);
    String rest = BODY.substring(20);
    String request =
        "POST /cgi-bin/stable_token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\nTrailer: x\r\n\r\n"
            .formatted(half.length(), half, rest.length(), rest);

    assertThat(answerTo(request)).contains("access_token");
  }

  @Test
  void aClientMayAskBeforeItSendsTheBody() throws Exception {
    String request =
        "POST /cgi-bin/stable_token HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(BODY.length(), BODY);

    assertThat(answerTo(request))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
        .contains("access_token");
  }

  @Test
  void aClientMayTakeTheSimulatorForItsProxy() throws Exception {
    assertThat(answerTo("GET http://api.weixin.qq.com/sns/auth?x HTTP/1.1\r\n\r\n"))
        .contains("41001");
    assertThat(answerTo("GET http://api.weixin.qq.com HTTP/1.1\r\n\r\n")).contains(" 404 ");
  }

  @Test
  void requestsMayFollowOneAnotherOnOneConnection() throws Exception {
    String request = "GET /sns/auth HTTP/1.1\r\n\r\n";

    assertThat(answerTo(request + request + request).split("41001", -1)).hasSize(4);
    assertThat(answerTo("GET /sns/auth HTTP/1.1\r\nConnection: close\r\n\r\n" + request))
        .contains("Connection: close")
        .containsOnlyOnce("41001");
  }

  @Test
  void aHeadHasNoBody() throws Exception {
    assertThat(answerTo("HEAD /sns/auth HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aHugeBodyIsRefused() throws Exception {
    String body = "x".repeat(1024 * 1024 + 1);

    assertThat(
            answerTo(
                "POST /cgi-bin/stable_token HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
                    .formatted(body.length())))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void deeplyNestedJsonIsNoJson() throws Exception {
    String body = "{\"a\":" + "[".repeat(100_000);

    assertThat(scene.client.post(Endpoint.STABLE_TOKEN.path(), "application/json", body).errcode())
        .isEqualTo(40002);
  }
}
