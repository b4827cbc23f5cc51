package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.WeChatOAuth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process of the cluster: the {@link WebApp}, and a line to the {@link ClusterDemo} that started
 * it. It writes its port to its standard output, and reads from its standard input how many
 * milliseconds its clock is to be ahead, which it answers with {@code ok}, or {@code metrics},
 * which it answers with its {@link Metrics}. It ends when its standard input does, which is also
 * when the demo dies.
 *
 * <p>Its configuration is in the environment and not in arguments, which every user of the machine
 * can list: a secret, a key and the password in the store's URL are among it.
 */
final class Node {
  private static final int THREADS = 64;

  private Node() {}

  /** The only argument is what would otherwise come as the first line of the standard input. */
  public static void main(String[] args) throws IOException {
    // Without it each answer on a kept-alive connection takes 40 ms; read when the class loads.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    PrintStream toDemo = System.out;
    System.setOut(System.err); // what a library prints must not get into the line
    OffsetClock clock = new OffsetClock(millis(args[0]));
    Metrics metrics = new Metrics();

    URI wechat = URI.create(environment("WECHAT_URL"));
    try (WeChatOAuth oauth =
        WeChatOAuth.builder(environment("WECHAT_APPID"), environment("WECHAT_SECRET"))
            .store(environment("STORE_URL"))
            .apiEndpoint(wechat) // leave out the endpoints and the clock: they are the demo's
            .openEndpoint(wechat)
            .clock(clock)
            .listener(metrics)
            .build()) {
      Sessions sessions = new Sessions(environment("SESSION_KEY"));
      HttpServer server = start(new WebApp(oauth, sessions, environment("PUBLIC_URL")));
      toDemo.println(server.getAddress().getPort());
      obey(toDemo, clock, metrics);
      server.stop(0);
    }
    System.exit(0); // whatever the threads of the server are still doing
  }

  private static HttpServer start(WebApp app) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 1024);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    server.setExecutor(threads);
    app.addTo(server);
    server.start();
    return server;
  }

  private static void obey(PrintStream toDemo, OffsetClock clock, Metrics metrics)
      throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      if (order.equals("metrics")) {
        toDemo.println(metrics.toLine());
      } else {
        clock.set(millis(order));
        toDemo.println("ok");
      }
    }
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException("the environment lacks " + name);
    }
    return value;
  }
}
