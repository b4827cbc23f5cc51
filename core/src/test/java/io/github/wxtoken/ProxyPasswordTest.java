package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.store.MemoryTokenStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The JDK answers a proxy's challenge by sending the request again. A code must go through such a
 * proxy, and must still reach WeChat at most once.
 */
class ProxyPasswordTest {
  private static final String TOKEN =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"refresh_token\":\"RT\","
          + "\"session_key\":\"SK\",\"errcode\":0}";

  private final CannedServer proxy = new CannedServer();
  private volatile String demanded = "right";
  private volatile String known = "right";

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  private final class Passwords extends Authenticator {
    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      return new PasswordAuthentication("app", known.toCharArray());
    }
  }

  private HttpClient.Builder throughTheProxy() {
    return HttpClient.newBuilder()
        .proxy(
            ProxySelector.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.uri().getPort())));
  }

  private static WeChatOAuth client(String endpoint, HttpClient http) {
    return WeChatOAuth.builder("APPID", "SECRET")
        .apiEndpoint(URI.create(endpoint))
        .store(new MemoryTokenStore())
        .httpTimeout(Duration.ofSeconds(20))
        .httpClient(http)
        .build();
  }

  private WeChatOAuth client() {
    return client(
        "http://wechat.invalid", throughTheProxy().authenticator(new Passwords()).build());
  }

  private boolean isLetThrough(CannedServer.Request request, String header) {
    String token = "app:" + demanded;
    return request
        .headers()
        .getOrDefault(header, "")
        .equals(
            "Basic " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)));
  }

  private CannedServer.Request last() {
    List<CannedServer.Request> requests = proxy.requests();
    return requests.get(requests.size() - 1);
  }

  /** Asks for the password with this status, and answers as WeChat where it is right. */
  private void asksForAPassword(String status, String challenge, String header, boolean answers) {
    proxy.does(
        connection -> {
          OutputStream out = connection.getOutputStream();
          if (!isLetThrough(last(), header)) {
            String head = "HTTP/1.1 %s\r\n%s: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n";
            out.write(head.formatted(status, challenge).getBytes(StandardCharsets.US_ASCII));
            return true;
          }
          boolean hasCode = last().target().contains("code=");
          if (hasCode && !answers) {
            return false;
          }
          String head = "HTTP/1.1 200 OK\r\nContent-Length: " + TOKEN.length() + "\r\n\r\n";
          out.write((head + TOKEN).getBytes(StandardCharsets.US_ASCII));
          return true;
        });
  }

  private void proxyAsksForAPassword(boolean answers) {
    asksForAPassword("407 Proxy", "Proxy-Authenticate", "proxy-authorization", answers);
  }

  private List<String> requestsWith(String text) {
    return proxy.requests().stream()
        .map(CannedServer.Request::target)
        .filter(target -> target.contains(text))
        .toList();
  }

  @Test
  void anExchangeGoesThroughAProxyThatAsksForAPassword() {
    proxyAsksForAPassword(true);
    try (WeChatOAuth client = client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.getAccessToken("CODE" + i).accessToken()).isEqualTo("AT");
        assertThat(requestsWith("code=CODE" + i)).hasSize(1);
      }
    }
  }

  @Test
  void aRefreshAndASessionGoThroughItToo() {
    proxyAsksForAPassword(true);
    try (WeChatOAuth client = client()) {
      assertThat(client.refreshAccessToken("OLD").accessToken()).isEqualTo("AT");
      assertThat(client.getSessionKey("MINI").sessionKey()).isEqualTo("SK");
      assertThat(client.verifyToken("OID", "AT")).isTrue();
    }
    assertThat(requestsWith("refresh_token=OLD")).hasSize(1);
    assertThat(requestsWith("js_code=MINI")).hasSize(1);
  }

  @Test
  void aGatewayThatAsksForAPasswordIsNoDifferent() {
    asksForAPassword("401 Who", "WWW-Authenticate", "authorization", true);
    HttpClient http = HttpClient.newBuilder().authenticator(new Passwords()).build();
    try (WeChatOAuth client = client(proxy.uri().toString(), http)) {
      assertThat(client.getAccessToken("CODE").accessToken()).isEqualTo("AT");
    }
    assertThat(requestsWith("code=CODE")).hasSize(1);
  }

  @Test
  void aCodeIsSentOnceWhereTheProxyClosesAfterThePassword() {
    proxyAsksForAPassword(false);
    try (WeChatOAuth client = client()) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .withMessageStartingWith("WeChat could not be asked for /sns/oauth2/access_token (app ")
          .withStackTraceContaining("not sent again");
    }
    assertThat(requestsWith("code=CODE")).hasSize(1);
  }

  @Test
  void aPasswordThatIsChangedCostsOneExchange() {
    proxyAsksForAPassword(true);
    try (WeChatOAuth client = client()) {
      client.getAccessToken("CODE1");
      demanded = "new";
      known = "new";
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE2"));
      assertThat(requestsWith("code=CODE2")).hasSize(1);
      assertThat(client.getAccessToken("CODE3").accessToken()).isEqualTo("AT");
    }
  }

  @Test
  void aCodeIsNotSentWithAWrongPassword() {
    proxyAsksForAPassword(true);
    known = "wrong";
    try (WeChatOAuth client = client()) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .satisfies(e -> assertThat(e).hasMessageNotContaining("wrong"));
    }
    assertThat(requestsWith("code=CODE")).isEmpty();
  }

  @Test
  void aMissingPasswordIsNamed() {
    proxyAsksForAPassword(true);
    try (WeChatOAuth client = client("http://wechat.invalid", throughTheProxy().build())) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .withMessageContaining("the proxy asks for a password")
          .withMessageContaining("Pass it with the proxy to the builder");
    }
  }

  /** The JDK does not send Basic to a proxy for a tunnel, unless it is started to. */
  @Test
  void aTunnelForWhichNoPasswordIsSentIsNamed() {
    proxyAsksForAPassword(true);
    HttpClient http = throughTheProxy().authenticator(new Passwords()).build();
    try (WeChatOAuth client = client("https://wechat.invalid", http)) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .withMessageContaining("jdk.http.auth.tunneling.disabledSchemes");
    }
    assertThat(requestsWith("CODE")).isEmpty();
  }
}
