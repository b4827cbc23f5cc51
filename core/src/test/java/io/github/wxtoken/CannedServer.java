package io.github.wxtoken;

import io.github.wxtoken.store.MemoryTokenStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server on localhost that does to every request what it is told to, byte for byte, and remembers
 * the requests. For what the simulator, being a WeChat, would never do.
 */
final class CannedServer implements AutoCloseable {
  /** Answers a request that has come on a connection; returns true to read another from it. */
  interface Answer {
    boolean to(Socket connection) throws IOException;
  }

  /** A request as it stood on the wire; names of headers in lower case. */
  record Request(String method, String target, Map<String, String> headers) {}

  private final ServerSocket server;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch clientGone = new CountDownLatch(1);
  private volatile Answer answer = connection -> false;

  CannedServer() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** A client with the appid APPID and the secret SECRET that asks this server. */
  WeChatOAuth.Builder client() {
    return WeChatOAuth.builder("APPID", "SECRET").apiEndpoint(uri()).store(new MemoryTokenStore());
  }

  /** Answers with a body as WeChat labels it. */
  void answersWith(String body) {
    answersWith("200 OK", "Content-Type: text/plain", body);
  }

  void answersWith(String status, String header, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head = "HTTP/1.1 %s\r\n%s\r\nContent-Length: %d\r\n\r\n";
    byte[] start = head.formatted(status, header, bytes.length).getBytes(StandardCharsets.UTF_8);
    does(
        connection -> {
          OutputStream out = connection.getOutputStream();
          out.write(start);
          out.write(bytes);
          return true;
        });
  }

  /** Sends this and then nothing, until the client goes. */
  void hangsAfter(String sent) {
    does(
        connection -> {
          connection.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
          // The end of the stream, or a reset: the client has let go.
          try {
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
          } finally {
            clientGone.countDown();
          }
          return false;
        });
  }

  void does(Answer whatever) {
    answer = whatever;
  }

  List<Request> requests() {
    return requests;
  }

  /** Path and query of the only request that came. */
  String onlyTarget() {
    if (requests.size() != 1) {
      throw new AssertionError("not one request: " + requests);
    }
    return requests.get(0).target();
  }

  boolean sawTheClientGo() throws InterruptedException {
    return clientGone.await(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        start(() -> serve(connection));
      } catch (IOException e) {
        // closed: the loop's condition tells
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (String first = line(in); !first.isEmpty(); first = line(in)) {
        String[] parts = first.split(" ", -1);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          int colon = header.indexOf(':');
          headers.put(
              header.substring(0, colon).toLowerCase(Locale.ROOT),
              header.substring(colon + 1).strip());
        }
        requests.add(new Request(parts[0], parts[1], headers));
        if (!answer.to(connection)) {
          return;
        }
      }
    } catch (IOException e) {
      // the client went away
    }
  }

  /** A line without its end; empty at the end of the stream. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "canned-server");
    thread.setDaemon(true);
    thread.start();
  }
}
