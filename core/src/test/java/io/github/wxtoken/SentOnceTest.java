package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The JDK's client sends a GET again when its connection closes before an answer. A code must not
 * be: the first request may have used it up, and the second one's 40163 would say that somebody
 * else has signed in. Nor is a refresh, of which WeChat gets one per user and back-off step.
 */
class SentOnceTest {
  private final CannedServer server = new CannedServer();

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private WeChatOAuth client(boolean ofTheApplication) {
    WeChatOAuth.Builder builder = server.client().httpTimeout(Duration.ofSeconds(20));
    return ofTheApplication
        ? builder.httpClient(HttpClient.newHttpClient()).build()
        : builder.build();
  }

  private List<String> requests(String path) {
    return server.requests().stream()
        .map(CannedServer.Request::target)
        .filter(target -> target.startsWith(path))
        .toList();
  }

  private void assertSentOnce(WeChatOAuth client) {
    server.does(connection -> false);
    assertThatExceptionOfType(WeChatTransportException.class)
        .isThrownBy(() -> client.getAccessToken("CODE"))
        .withMessageStartingWith("WeChat could not be asked for /sns/oauth2/access_token (app ");
    assertThat(requests("/sns/oauth2/access_token")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCodeIsSentOnceOnAFreshConnection(boolean ofTheApplication) {
    try (WeChatOAuth client = client(ofTheApplication)) {
      assertSentOnce(client);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCodeIsSentOnceOnAReusedConnection(boolean ofTheApplication) {
    try (WeChatOAuth client = client(ofTheApplication)) {
      server.answersWith("{\"errcode\":0}");
      assertThat(client.verifyToken("OID", "AT")).isTrue();
      assertSentOnce(client);
    }
  }

  @Test
  void aCodeIsSentOnceWhereTheConnectionIsReset() {
    try (WeChatOAuth client = client(false)) {
      server.does(
          connection -> {
            connection.setSoLinger(true, 0);
            return false;
          });
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"));
      assertThat(requests("/sns/oauth2/access_token")).hasSize(1);
    }
  }

  @Test
  void aRefreshIsSentOnceToo() {
    try (WeChatOAuth client = client(false)) {
      server.does(connection -> false);
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.refreshAccessToken("RT"));
      assertThat(requests("/sns/oauth2/refresh_token")).hasSize(1);
    }
  }

  @Test
  void aMiniProgramsCodeIsSentOnceToo() {
    try (WeChatOAuth client = client(false)) {
      server.does(connection -> false);
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getSessionKey("CODE"));
      assertThat(requests("/sns/jscode2session")).hasSize(1);
    }
  }

  /** Once this fails, the JDK has learnt not to, and SentOnce may go. */
  @Test
  void whatMayBeSentAgainIsSentTwiceByTheJdk() {
    try (WeChatOAuth client = client(false)) {
      server.does(connection -> false);
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.verifyToken("OID", "AT"));
      assertThat(requests("/sns/auth")).hasSize(2);
    }
  }
}
