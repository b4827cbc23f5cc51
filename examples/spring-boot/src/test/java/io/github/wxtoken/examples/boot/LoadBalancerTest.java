package io.github.wxtoken.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadBalancerTest {
  private final HttpClient browser = HttpClient.newHttpClient();
  private final HttpServer one = node("one");
  private final HttpServer other = node("other");
  private final LoadBalancer balancer = new LoadBalancer(0, new LoadBalancer.Tap() {});

  LoadBalancerTest() throws IOException {}

  @BeforeEach
  void start() {
    balancer.sendTo(List.of(uri(one), uri(other)));
  }

  @AfterEach
  void stop() {
    balancer.close();
    one.stop(0);
    other.stop(0);
  }

  /** A node that says who it is and what it was asked. */
  private static HttpServer node(String name) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 0);
    server.createContext("/", exchange -> answer(exchange, name));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, String name) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Set-Cookie", "a=1");
      exchange.getResponseHeaders().add("Set-Cookie", "b=2");
      byte[] text =
          String.join(
                  " ",
                  name,
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("Cookie"),
                  exchange.getRequestHeaders().getFirst("X-Forwarded-Host"),
                  body)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(201, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private HttpResponse<String> post() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(balancer.url() + "/a?b=%E5%BC%A0"))
            .header("Cookie", "c=3")
            .POST(BodyPublishers.ofString("text"))
            .build();
    return browser.send(request, BodyHandlers.ofString());
  }

  @Test
  void eachNodeIsAskedInTurnForWhatTheBrowserAskedFor() throws Exception {
    String asked = " POST /a?b=%E5%BC%A0 c=3 " + balancer.url().replace("http://", "") + " text";

    HttpResponse<String> answer = post();

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.body()).isEqualTo("one" + asked);
    assertThat(post().body()).isEqualTo("other" + asked);
    assertThat(post().body()).isEqualTo("one" + asked);
  }

  @Test
  void theOtherNodeIsAskedWhereOneIsDown() throws Exception {
    one.stop(0);

    assertThat(post().body()).startsWith("other");
    assertThat(post().body()).startsWith("other");
  }
}
