package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy that an application passes, and the one that its JVM was started with. */
class HttpProxyTest {
  private static final String TOKEN =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"refresh_token\":\"RT\"}";
  private static final String LOGIN = "Basic YXBwOnDDpHNz"; // app:päss in UTF-8
  private static final URI HTTP = URI.create("http://wechat.invalid");
  private static final URI HTTPS = URI.create("https://wechat.invalid");

  private final CannedServer proxy = new CannedServer();

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  private WeChatOAuth.Builder builder() {
    return proxy.client().apiEndpoint(HTTP);
  }

  private int port() {
    return proxy.uri().getPort();
  }

  @Test
  void aRequestGoesThroughTheProxyWithTheLoginAndWithoutAChallenge() {
    proxy.answersWith(TOKEN);
    try (WeChatOAuth client = builder().proxy("127.0.0.1", port(), "app", "päss").build()) {
      assertThat(client.getAccessToken("CODE").accessToken()).isEqualTo("AT");
    }

    assertThat(proxy.requests()).hasSize(1);
    assertThat(proxy.requests().get(0).target())
        .startsWith("http://wechat.invalid/sns/oauth2/access_token?");
    assertThat(proxy.requests().get(0).headers()).containsEntry("proxy-authorization", LOGIN);
  }

  @Test
  void aProxyWithoutALoginGetsNone() {
    proxy.answersWith(TOKEN);
    try (WeChatOAuth client = builder().proxy("127.0.0.1", port()).build()) {
      client.getAccessToken("CODE");
    }

    assertThat(proxy.requests().get(0).headers()).doesNotContainKey("proxy-authorization");
  }

  @Test
  void theLoginReachesNoServer() {
    proxy.answersWith(TOKEN);
    Egress egress =
        new Egress(
            HttpClients::shared, Map.of(HttpProxy.AUTHORIZATION, LOGIN, "Accept", "text/plain"));
    HttpExchange exchange =
        new HttpExchange(
            "APPID",
            egress.http(),
            Duration.ofSeconds(20),
            egress.headers(),
            new ClockSkew(Clock.systemUTC()));

    exchange.get(URI.create(proxy.uri() + "/x"), "/x");

    assertThat(proxy.requests().get(0).headers())
        .containsEntry("accept", "text/plain")
        .doesNotContainKey("proxy-authorization");
  }

  @Test
  void aWrongLoginIsNamedWithoutIt() {
    proxy.answersWith("407 Proxy", "Proxy-Authenticate: Basic realm=\"r\"", "");
    try (WeChatOAuth client = builder().proxy("127.0.0.1", port(), "app", "canary").build()) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .withMessageContaining("the proxy asks for a password")
          .withMessageNotContaining("canary");
    }
    assertThat(proxy.requests()).hasSize(1);
  }

  @Test
  void theLastOfProxyAndHttpClientCounts() throws Exception {
    proxy.answersWith(TOKEN);
    try (CannedServer direct = new CannedServer()) {
      direct.answersWith(TOKEN);
      WeChatOAuth.Builder builder = direct.client().proxy("127.0.0.1", port());
      try (WeChatOAuth client = builder.httpClient(HttpClient.newHttpClient()).build()) {
        client.getAccessToken("CODE");
      }

      assertThat(direct.requests()).hasSize(1);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void clientsOfOneProxyShareTheirConnections() {
    HttpProxy first = HttpProxy.of("proxy.invalid", 3128, "app", "one");
    HttpProxy second = HttpProxy.of("proxy.invalid", 3128, "app", "two");

    assertThat(HttpClients.through(first)).isSameAs(HttpClients.through(second));
    assertThat(HttpClients.through(HttpProxy.of("proxy.invalid", 3129, null, null)))
        .isNotSameAs(HttpClients.through(first));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "http://proxy", "user@proxy", "[::1]"})
  void theHostIsANameOrAnAddress(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().proxy(host, 3128))
        .withMessageContaining("without scheme, user or port");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536})
  void thePortIsAPort(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().proxy("proxy", port))
        .withMessageContaining("from 1 to 65535");
  }

  @Test
  void aUserHasNoColon() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().proxy("proxy", 3128, "canary:x", "canary"))
        .withMessageContaining("colon")
        .withMessageNotContaining("canary");
  }

  /** This JVM was started without the property, as most are. */
  @Test
  void aLoginThatJavaWouldNotSendIsRefusedBeforeAnyRequest() {
    WeChatOAuth.Builder https =
        builder().apiEndpoint(HTTPS).proxy("proxy.invalid", 3128, "app", "canary");

    assertThatIllegalArgumentException()
        .isThrownBy(https::build)
        .withMessageContaining("-Djdk.http.auth.tunneling.disabledSchemes=")
        .withMessageNotContaining("canary");
    builder().apiEndpoint(HTTPS).proxy("proxy.invalid", 3128).build().close();
  }

  @Test
  void aProxyIsPrintedWithoutItsLogin() {
    assertThat(HttpProxy.of("proxy", 3128, "app", "canary"))
        .hasToString("HttpProxy[proxy:3128, with login]");
    assertThat(HttpProxy.of("proxy", 3128, null, null)).hasToString("HttpProxy[proxy:3128]");
    assertThat(Egress.of(HTTP, null, HttpProxy.of("p", 1, "app", "canary"), Map.of()).toString())
        .doesNotContain("canary", "Basic");
  }

  /** Selects one proxy for every URI, as the JDK does with the properties of the system. */
  private static final class OneProxy extends ProxySelector {
    private final Proxy proxy;

    OneProxy(String host) {
      this.proxy = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, 3128));
    }

    @Override
    public List<Proxy> select(URI uri) {
      return List.of(proxy);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException why) {}
  }

  private static @Nullable HttpProxy ofSystem(
      URI endpoint, @Nullable ProxySelector selector, Map<String, String> properties) {
    return HttpProxy.ofSystem(endpoint, properties::get, selector);
  }

  @ParameterizedTest
  @CsvSource({"http, http://wechat.invalid", "https, https://wechat.invalid"})
  void theLoginOfTheJvmsProxyIsAmongTheSystemProperties(String scheme, URI endpoint) {
    Map<String, String> properties =
        Map.of(
            scheme + ".proxyHost", "proxy",
            scheme + ".proxyUser", "app",
            scheme + ".proxyPassword", "päss");

    assertThat(ofSystem(endpoint, new OneProxy("proxy"), properties))
        .isEqualTo(new HttpProxy("proxy", 3128, LOGIN));
  }

  @Test
  void aLoginIsNotSentToAProxyThatItIsNotFor() {
    Map<String, String> properties =
        Map.of("http.proxyHost", "proxy", "http.proxyUser", "app", "http.proxyPassword", "x");

    assertThat(ofSystem(HTTP, new OneProxy("other"), properties)).isNull();
    assertThat(ofSystem(HTTP, null, properties)).isNull();
    assertThat(ofSystem(HTTPS, new OneProxy("proxy"), properties)).isNull();
    assertThat(ofSystem(HTTP, new OneProxy("proxy"), Map.of("http.proxyHost", "proxy"))).isNull();
    assertThat(ofSystem(URI.create("http://wx_gateway"), new OneProxy("proxy"), properties))
        .isNull();
  }
}
