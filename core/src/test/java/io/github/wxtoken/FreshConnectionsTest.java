package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A code or a refresh that is sent over a connection that WeChat closes at that moment is lost: it
 * is not known whether WeChat has seen it, so it is not sent again.
 */
class FreshConnectionsTest {
  private static final String TOKEN =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"refresh_token\":\"RT\","
          + "\"session_key\":\"SK\"}";

  private final CannedServer server = new CannedServer();
  private final Set<Socket> used = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private WeChatOAuth.Builder builder(boolean ofTheApplication) {
    WeChatOAuth.Builder builder = server.client().httpTimeout(Duration.ofSeconds(20));
    return ofTheApplication ? builder.httpClient(HttpClient.newHttpClient()) : builder;
  }

  /** The forms that answers can have on the wire. */
  enum Shape {
    OF_A_LENGTH("200 OK", "Content-Length: " + TOKEN.length(), TOKEN),
    IN_ONE_CHUNK("200 OK", "Transfer-Encoding: chunked", chunk(TOKEN) + "0\r\n\r\n"),
    IN_CHUNKS(
        "200 OK",
        "Transfer-Encoding: chunked",
        chunk(TOKEN.substring(0, 9)) + chunk(TOKEN.substring(9)) + "0\r\n\r\n"),
    WITHOUT_AN_END_YET("200 OK", "Transfer-Encoding: chunked", chunk(TOKEN)),
    AN_ERRCODE("200 OK", "Content-Length: 17", "{\"errcode\":40029}"),
    HTML("200 OK", "Content-Length: 6", "<html>"),
    NOTHING("200 OK", "Content-Length: 0", ""),
    AN_ERROR("502 Bad", "Content-Length: 6", "<html>"),
    AN_ERROR_IN_CHUNKS("503 No", "Transfer-Encoding: chunked", chunk("<html>") + "0\r\n\r\n"),
    AN_EMPTY_ERROR("500 No", "Content-Length: 0", "");

    private final String text;

    Shape(String status, String header, String body) {
      text = "HTTP/1.1 " + status + "\r\n" + header + "\r\n\r\n" + body;
    }

    private static String chunk(String text) {
      return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
  }

  /** Answers, keeps the connection, and closes it without an answer when it is used again. */
  private void answersOncePerConnection(Shape answer) {
    server.does(
        connection -> {
          if (!used.add(connection)) {
            return false;
          }
          OutputStream out = connection.getOutputStream();
          out.write(answer.text.getBytes(StandardCharsets.US_ASCII));
          return true;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noSignInIsLostThoughWeChatClosesEachConnectionAtItsSecondRequest(boolean ofTheApplication) {
    answersOncePerConnection(Shape.OF_A_LENGTH);
    try (WeChatOAuth client = builder(ofTheApplication).build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.getAccessToken("CODE" + i).accessToken()).isEqualTo("AT");
        assertThat(client.refreshAccessToken("RT").accessToken()).isEqualTo("AT");
        assertThat(client.getSessionKey("MINI" + i).sessionKey()).isEqualTo("SK");
        assertThat(client.verifyToken("OID", "AT")).isTrue();
      }
    }
    assertThat(server.requests().stream().map(CannedServer.Request::target))
        .filteredOn(target -> target.contains("code=CODE") || target.contains("js_code="))
        .hasSize(40)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void noAnswerLeavesAConnectionBehindThatACodeWouldBeSentOver(Shape shape) {
    answersOncePerConnection(shape);
    for (boolean ofTheApplication : new boolean[] {false, true}) {
      used.clear();
      TokenStore store = new MemoryTokenStore();
      try (WeChatOAuth client = builder(ofTheApplication).store(store).build()) {
        for (int i = 0; i < 5; i++) {
          String code = "CODE" + i;
          outcome(() -> client.getAccessToken(code));
          store.deleteToken("OID"); // or WeChat would be asked which login is the later
        }
        assertThat(used).hasSize(5);
      }
    }
  }

  private static void outcome(Runnable call) {
    try {
      call.run();
    } catch (WeChatOAuthException e) {
      assertThat(e).hasMessageNotContaining("could not be asked");
    }
  }

  @Test
  void ofManyRefreshesAtOnceNoneIsLost() {
    answersOncePerConnection(Shape.IN_CHUNKS);
    try (WeChatOAuth client = builder(false).build()) {
      assertThat(
              IntStream.range(0, 300)
                  .parallel()
                  .mapToObj(i -> client.refreshAccessToken("RT" + i).accessToken()))
          .hasSize(300)
          .containsOnly("AT");
    }
    assertThat(used).hasSize(300);
  }

  @Test
  void whatMayBeSentAgainReusesItsConnection() {
    server.does(
        connection -> {
          used.add(connection);
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}"
                      .getBytes(StandardCharsets.US_ASCII));
          return true;
        });
    try (WeChatOAuth client = builder(false).build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.verifyToken("OID", "AT")).isTrue();
      }
    }
    assertThat(used).hasSize(1);
  }
}
