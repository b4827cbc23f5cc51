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
 * A process of the cluster: the {@link WebApp}, and a connection to the {@link ClusterDemo} that
 * started it. It writes its port to its standard output. It reads commands from its standard input:
 * a number of milliseconds sets its clock ahead and is answered with {@code ok}; {@code metrics} is
 * answered with its {@link Metrics}. It ends when its standard input ends, which also happens when
 * the demo dies.
 *
 * <p>Its configuration is in the environment and not in arguments, which every user of the machine
 * can list: it includes a secret, a key and the password in the store's URL.
 */
final class Node {
  private static final int THREADS = 64;

  private Node() {}

  /** The only argument replaces the first line of the standard input. */
  public static void main(String[] args) throws IOException {
    // Without this, each answer on a kept-alive connection takes 40 ms. The property is read when
    // the class loads.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    PrintStream toDemo = System.out;
    System.setOut(System.err); // Output of a library must not get into the answers.
    OffsetClock clock = new OffsetClock(millis(args[0]));
    Metrics metrics = new Metrics();

    URI wechat = URI.create(environment("WECHAT_URL"));
    try (WeChatOAuth oauth =
        WeChatOAuth.builder(environment("WECHAT_APPID"), environment("WECHAT_SECRET"))
            .store(environment("STORE_URL"))
            .apiEndpoint(wechat) // Omit the endpoints and the clock: they belong to the demo.
            .openEndpoint(wechat)
            .clock(clock)
            .listener(metrics)
            .build()) {
      Sessions sessions = new Sessions(environment("SESSION_KEY"));
      Followers followers = new Followers(oauth.app(), wechat);
      HttpServer server = start(new WebApp(oauth, followers, sessions, environment("PUBLIC_URL")));
      toDemo.println(server.getAddress().getPort());
      obey(toDemo, clock, metrics);
      server.stop(0);
    }
    System.exit(0); // Ends also if threads of the server are still working.
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
