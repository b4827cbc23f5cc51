package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The public address of the example. A real browser knows one address, so this forwards each
 * request to the next node, as a load balancer does; and it counts the redirects to WeChat.
 */
final class FrontDoor implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final URI wechat;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger redirects = new AtomicInteger();
  private volatile List<URI> nodes = List.of();
  private volatile UnaryOperator<String> onWayBack = UnaryOperator.identity();
  private final List<String> callbacks = new CopyOnWriteArrayList<>();

  FrontDoor(URI wechat) throws IOException {
    this.wechat = wechat;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::forward);
    server.start();
  }

  /** Another site than WeChat's, which is 127.0.0.1: cookies are as strict as in the wild. */
  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** From now on requests go to these nodes, in turn. */
  void sendTo(List<URI> targets) {
    nodes = targets;
  }

  /** Changes the next callback's path and query between WeChat and us. */
  void alterNextCallback(UnaryOperator<String> change) {
    onWayBack = change;
  }

  /** How often a browser was redirected to WeChat. */
  int redirects() {
    return redirects.get();
  }

  /** The addresses that WeChat sent browsers to. */
  List<String> callbacks() {
    return callbacks;
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      if (path.startsWith("/callback")) {
        path = onWayBack.apply(path);
        onWayBack = UnaryOperator.identity();
        callbacks.add(url() + path);
      }
      List<URI> targets = nodes;
      URI node = targets.get(requests.getAndIncrement() % targets.size());
      answer(exchange, send(node.resolve(path), exchange));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> send(URI uri, HttpExchange exchange)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    exchange
        .getRequestHeaders()
        .getOrDefault("Cookie", List.of())
        .forEach(cookie -> request.header("Cookie", cookie));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    for (String name : List.of("Location", "Set-Cookie", "Content-Type", "Cache-Control")) {
      exchange.getResponseHeaders().put(name, answer.headers().allValues(name));
    }
    if (answer.headers().firstValue("Location").orElse("").startsWith(wechat.toString())) {
      redirects.incrementAndGet();
    }
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
