package io.github.wxtoken.examples.boot;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The public address of some nodes. It sends each request to the next node, and to another one if
 * that is down, as a load balancer without sticky sessions does.
 */
final class LoadBalancer implements AutoCloseable {
  /** Longer than a caller's deadline in wxtoken: the node must give up first. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** The headers of one connection, which are not forwarded. */
  private static final Set<String> HOP_BY_HOP =
      names(
          "Connection",
          "Content-Length",
          "Expect",
          "Host",
          "Keep-Alive",
          "Transfer-Encoding",
          "Upgrade",
          "HTTP2-Settings");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private final Tap tap;
  private volatile List<URI> nodes = List.of();

  /** Listens to the traffic. */
  interface Tap {
    /** Returns the path and query to ask a node for. */
    default String asked(String path) {
      return path;
    }

    /** Hears of each redirect that a node answers with. */
    default void redirected(String location) {}
  }

  /**
   * Listens on the loopback interface.
   *
   * @param port the port, or 0 for a free one
   */
  LoadBalancer(int port, Tap tap) throws IOException {
    this.tap = tap;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static Set<String> names(String... names) {
    Set<String> ignoringCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    ignoringCase.addAll(List.of(names));
    return ignoringCase;
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** From now on requests go to these nodes, in turn. */
  void sendTo(List<URI> targets) {
    nodes = List.copyOf(targets);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      HttpResponse<byte[]> answer = forward(exchange, body);
      answer.headers().firstValue("Location").ifPresent(tap::redirected);
      Headers headers = exchange.getResponseHeaders();
      answer.headers().map().entrySet().stream()
          .filter(header -> isForwarded(header.getKey()))
          .forEach(header -> headers.put(header.getKey(), header.getValue()));
      boolean empty = answer.body().length == 0;
      exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isForwarded(String header) {
    return !header.startsWith(":") && !HOP_BY_HOP.contains(header);
  }

  /** Asks the next node, and each other one if it does not answer. */
  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    String path = tap.asked(exchange.getRequestURI().toString());
    List<URI> targets = nodes;
    int first = Math.floorMod(requests.getAndIncrement(), targets.size());
    for (int next = 0; ; next++) {
      URI node = targets.get((first + next) % targets.size());
      try {
        return http.send(request(node.resolve(path), exchange, body), BodyHandlers.ofByteArray());
      } catch (IOException e) {
        if (next == targets.size() - 1 || !mayBeRepeated(exchange.getRequestMethod(), e)) {
          throw e;
        }
      }
    }
  }

  /** Another request than GET is repeated only if no node can have seen it. */
  private static boolean mayBeRepeated(String method, IOException failure) {
    return method.equals("GET") || failure instanceof ConnectException;
  }

  private static HttpRequest request(URI target, HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(PATIENCE)
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    Headers headers = exchange.getRequestHeaders();
    headers.forEach(
        (name, values) -> {
          if (isForwarded(name)) {
            values.forEach(value -> request.header(name, value));
          }
        });
    // The application makes addresses of its own, such as the callback's, of what the browser sees.
    request.setHeader("X-Forwarded-Host", String.valueOf(headers.getFirst("Host")));
    request.setHeader("X-Forwarded-Proto", "http");
    return request.build();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
