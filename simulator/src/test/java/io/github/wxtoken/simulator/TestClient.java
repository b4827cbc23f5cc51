package io.github.wxtoken.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A client that knows nothing of the simulator but its address. */
final class TestClient {
  static final Duration SOON = Duration.ofSeconds(30);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  private final URI base;

  TestClient(WeChatSimulator simulator) {
    base = simulator.uri();
  }

  /** An answer; {@code json} is the members of its body. */
  record Reply(int status, HttpHeaders headers, String body) {
    Map<String, String> json() {
      return Json.readFlat(body);
    }

    String get(String name) {
      return json().getOrDefault(name, "absent");
    }

    int errcode() {
      return Integer.parseInt(json().getOrDefault("errcode", "0"));
    }

    String header(String name) {
      return headers.firstValue(name).orElse("absent");
    }
  }

  Reply get(Endpoint endpoint, String... namesAndValues) throws Exception {
    return getRaw(endpoint.path() + query(namesAndValues));
  }

  CompletableFuture<Reply> getLater(Endpoint endpoint, String... namesAndValues) {
    var request = request(endpoint.path() + query(namesAndValues)).build();
    return HTTP.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(TestClient::reply);
  }

  Reply getRaw(String pathAndQuery, String... headers) throws Exception {
    var request = request(pathAndQuery);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  Reply post(String pathAndQuery, String contentType, String body) throws Exception {
    return send(
        request(pathAndQuery)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  /** A call of the simulator's own interface. */
  Reply admin(String operation, String... namesAndValues) throws Exception {
    return post("/simulator/" + operation + query(namesAndValues), "text/plain", "");
  }

  static String query(String... namesAndValues) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(namesAndValues[i]).append('=');
      query.append(encode(namesAndValues[i + 1]));
    }
    return query.toString();
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private java.net.http.HttpRequest.Builder request(String pathAndQuery) {
    return java.net.http.HttpRequest.newBuilder(URI.create(base + pathAndQuery)).timeout(SOON);
  }

  private static Reply send(java.net.http.HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return reply(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
  }

  private static Reply reply(HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    return new Reply(response.statusCode(), response.headers(), body);
  }
}
