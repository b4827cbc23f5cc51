package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of a process that reaches WeChat through a proxy or a gateway. Each test starts a JVM,
 * since the JDK reads most of these properties once.
 */
@Tag("faults")
class EgressTest {
  private static final String SECRET = "canary-of-the-app-secret";
  private static final String USER = "app";
  private static final String PASSWORD = "canary-of-the-password";
  private static final String BASIC_IN_TUNNELS = "-Djdk.http.auth.tunneling.disabledSchemes=";

  private final WeChatSimulator weChat =
      WeChatSimulator.builder()
          .app(SimulatorApp.of(WeChatSimulator.APPID, SECRET, AppKind.SERVICE_ACCOUNT))
          .start();
  private final String code = weChat.authorize(WeChatSimulator.APPID, "ann", "snsapi_base");
  private final String openid = weChat.openid(WeChatSimulator.APPID, "ann");
  private ForwardProxy proxy;

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  EgressTest() {}

  @BeforeEach
  void start() throws IOException {
    proxy = ForwardProxy.withLogin(USER, PASSWORD);
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    weChat.close();
  }

  /** Runs the program, and returns its output after a search for secrets. */
  private String run(String endpoint, Map<String, String> environment, String... options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.add(EgressProgram.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("ENDPOINT", endpoint);
    builder.environment().put("CODE", code);
    builder.environment().put("SECRET", SECRET);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(output).doesNotContain(code, SECRET, PASSWORD, base64Login());
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String base64Login() {
    byte[] login = (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(login);
  }

  private Map<String, String> byBuilder() {
    return Map.of("PROXY_PORT", "" + proxy.port(), "PROXY_USER", USER, "PROXY_PASSWORD", PASSWORD);
  }

  /** The options of a JVM with this proxy. By default it would ask localhost directly. */
  private String[] bySystem(String scheme, String... more) throws IOException {
    List<String> options = new ArrayList<>();
    options.add("-D" + scheme + ".proxyHost=127.0.0.1");
    options.add("-D" + scheme + ".proxyPort=" + proxy.port());
    options.add("-Dhttp.nonProxyHosts=");
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  /** A password in an option is in the command line, which a file of arguments avoids. */
  private String login(String scheme) throws IOException {
    String user = "-D%s.proxyUser=%s%n".formatted(scheme, USER);
    String password = "-D%s.proxyPassword=%s%n".formatted(scheme, PASSWORD);
    return "@" + Files.writeString(directory.resolve("login"), user + password);
  }

  private TlsRelay weChatByTls() throws IOException {
    URI uri = weChat.uri();
    TlsRelay relay = new TlsRelay(new InetSocketAddress(uri.getHost(), uri.getPort()));
    relay.present(TestCertificate.GOOD);
    return relay;
  }

  /** Trusts the authority of the test, and sends Basic logins for tunnels. */
  private static String[] trust() {
    return new String[] {
      "-Djavax.net.ssl.trustStore=" + TestCertificate.trustStore(),
      "-Djavax.net.ssl.trustStorePassword=changeit",
      BASIC_IN_TUNNELS
    };
  }

  @Test
  void httpGoesThroughTheBuildersProxyWithLogin() throws Exception {
    assertThat(run(weChat.uri().toString(), byBuilder())).contains("openid " + openid);

    assertThat(proxy.targets()).containsExactly("GET " + weChat.uri().getAuthority());
    assertThat(proxy.refused()).isEmpty();
  }

  @Test
  void httpGoesThroughTheJvmsProxyWithLogin() throws Exception {
    String output = run(weChat.uri().toString(), Map.of(), bySystem("http", login("http")));

    assertThat(output).contains("openid " + openid);
    assertThat(proxy.targets()).containsExactly("GET " + weChat.uri().getAuthority());
  }

  @Test
  void httpGoesThroughTheJvmsProxyWithoutLogin() throws Exception {
    proxy.close();
    proxy = ForwardProxy.withoutLogin();

    assertThat(run(weChat.uri().toString(), Map.of(), bySystem("http")))
        .contains("openid " + openid);
    assertThat(proxy.targets()).containsExactly("GET " + weChat.uri().getAuthority());
  }

  @Test
  void httpsGoesThroughATunnelOfTheBuildersProxyWithLogin() throws Exception {
    try (TlsRelay tls = weChatByTls()) {
      String endpoint = "https://localhost:" + tls.port();

      assertThat(run(endpoint, byBuilder(), trust())).contains("openid " + openid);
      assertThat(proxy.targets()).containsExactly("CONNECT localhost:" + tls.port());
      assertThat(proxy.refused()).isEmpty();
    }
  }

  @Test
  void httpsGoesThroughATunnelOfTheJvmsProxyWithLogin() throws Exception {
    try (TlsRelay tls = weChatByTls()) {
      List<String> more = new ArrayList<>(List.of(trust()));
      more.add(login("https"));
      String[] options = bySystem("https", more.toArray(String[]::new));

      assertThat(run("https://localhost:" + tls.port(), Map.of(), options))
          .contains("openid " + openid);
      assertThat(proxy.targets()).containsExactly("CONNECT localhost:" + tls.port());
      assertThat(proxy.refused()).isEmpty();
    }
  }

  @Test
  void aLoginThatJavaDoesNotSendInTunnelsIsRefusedAtTheStart() throws Exception {
    assertThat(run("https://localhost:1", byBuilder()))
        .contains("failed the login for the proxy would not be sent", BASIC_IN_TUNNELS);
    assertThat(proxy.refused()).isEmpty();
  }

  @Test
  void aMissingLoginOfTheJvmsProxyIsNamed() throws Exception {
    assertThat(run("https://localhost:1", Map.of(), bySystem("https")))
        .contains("the proxy asks for a password", BASIC_IN_TUNNELS);
    assertThat(proxy.refused()).containsExactly("CONNECT localhost:1");
  }

  @Test
  void aGatewayHasAPathAndAnUnderscoreInItsName() throws Exception {
    try (Gateway gateway = new Gateway(weChat.uri())) {
      String output = run(gateway.uri("wx_gateway"), Map.of(), hosts());

      assertThat(output).contains("asks WeChat at http://wx_gateway:" + gateway.port());
      assertThat(output).contains("openid " + openid);
      assertThat(gateway.hosts()).containsExactly("127.0.0.1:" + gateway.port());
    }
  }

  @Test
  void aGatewayIsNamedWhereJavaAllowsThat() throws Exception {
    try (Gateway gateway = new Gateway(weChat.uri())) {
      String output =
          run(
              gateway.uri("wx_gateway"),
              Map.of(),
              hosts(),
              "-Djdk.httpclient.allowRestrictedHeaders=host");

      assertThat(output).contains("openid " + openid);
      assertThat(gateway.hosts()).containsExactly("wx_gateway:" + gateway.port());
    }
  }

  /** Names for this JVM alone. */
  private String hosts() throws IOException {
    return "-Djdk.net.hosts.file="
        + Files.writeString(directory.resolve("hosts"), "127.0.0.1 wx_gateway\n");
  }

  /** A server with WeChat below the path {@code /wx}. */
  private static final class Gateway implements AutoCloseable {
    private final URI weChat;
    private final HttpServer server;
    private final List<String> hosts = new CopyOnWriteArrayList<>();

    Gateway(URI weChat) throws IOException {
      this.weChat = weChat;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/wx/", this::passOn);
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    String uri(String host) {
      return "http://" + host + ":" + port() + "/wx/";
    }

    /** Returns the header Host of each request. */
    List<String> hosts() {
      return List.copyOf(hosts);
    }

    private void passOn(HttpExchange exchange) throws IOException {
      hosts.add(String.valueOf(exchange.getRequestHeaders().getFirst("Host")));
      String target = exchange.getRequestURI().toString().substring("/wx".length());
      HttpRequest request = HttpRequest.newBuilder(URI.create(weChat + target)).build();
      try (exchange) {
        byte[] body = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray()).body();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
