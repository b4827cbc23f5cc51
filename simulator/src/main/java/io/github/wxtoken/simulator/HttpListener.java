package io.github.wxtoken.simulator;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * A small HTTP/1.1 server with one thread per connection. The JDK's own would do, but for three
 * things that a broken WeChat needs: a {@code Date} header by another clock (the JDK overwrites
 * it), answers that stop at any byte, and one write per answer (the JDK's two cost 40 ms on
 * kept-alive connections unless a system property is set before its class loads).
 */
final class HttpListener implements AutoCloseable {
  /** Makes the answer to a request. */
  interface Handler {
    Answer answer(HttpRequest request) throws InterruptedException;
  }

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final ServerSocket server;
  private final Handler handler;
  private final Faults faults;
  private final Clock clock;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "wechat-simulator");
            thread.setDaemon(true);
            return thread;
          });

  HttpListener(String host, int port, Handler handler, Faults faults, Clock clock)
      throws IOException {
    this.handler = handler;
    this.faults = faults;
    this.clock = clock;
    server = new ServerSocket();
    server.setReuseAddress(true);
    try {
      server.bind(new InetSocketAddress(InetAddress.getByName(host), port), 1024);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  void start() {
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(HttpListener::closeQuietly);
    threads.shutdownNow();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        if (server.isClosed()) {
          closeQuietly(socket);
        } else {
          threads.execute(() -> serve(socket));
        }
      } catch (IOException | RejectedExecutionException e) {
        // The listener is closed, or a client disconnected before it was accepted: the loop's
        // condition tells which.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      String peer = socket.getInetAddress().getHostAddress();
      while (serveOne(in, out, peer)) {
        // The connection stays for the next request.
      }
    } catch (IOException e) {
      // The client has disconnected, so there is no receiver for an error.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(socket);
    }
  }

  private boolean serveOne(InputStream in, OutputStream out, String peer)
      throws IOException, InterruptedException {
    HttpRequest request;
    try {
      request = HttpRequest.read(in, out, peer);
    } catch (HttpRequest.Malformed e) {
      write(out, Answer.of(e.status, "text/plain", "malformed request"), false, false);
      return false;
    }
    if (request == null) {
      return false;
    }
    Answer answer = answerTo(request);
    faults.delay(answer.delay());
    boolean keepAlive = request.keepsAlive() && answer.delivery() == Answer.Delivery.WHOLE;
    write(out, answer, keepAlive, request.method().equals("HEAD"));
    switch (answer.delivery()) {
      // Keeps reading, so that it notices when the client disconnects.
      case NOTHING_AND_HANGS, HALF_THEN_HANGS -> in.transferTo(OutputStream.nullOutputStream());
      default -> {}
    }
    return keepAlive;
  }

  private Answer answerTo(HttpRequest request) throws InterruptedException {
    try {
      return handler.answer(request);
    } catch (RuntimeException e) {
      return Answer.of(500, "text/plain", "the simulator failed: " + e.getClass().getName());
    }
  }

  private void write(OutputStream out, Answer answer, boolean keepAlive, boolean headOnly)
      throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + body.length);
    bytes.writeBytes(head(answer, body.length, keepAlive).getBytes(StandardCharsets.ISO_8859_1));
    switch (answer.delivery()) {
      case WHOLE -> bytes.writeBytes(headOnly ? new byte[0] : body);
      case HALF_THEN_HANGS, HALF_THEN_CLOSES ->
          bytes.writeBytes(Arrays.copyOf(body, body.length / 2));
      case NOTHING_AND_HANGS, NOTHING_AND_CLOSES -> bytes.reset();
    }
    out.write(bytes.toByteArray());
  }

  private String head(Answer answer, int length, boolean keepAlive) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
    head.append("\r\nDate: ").append(DATE.format(clock.instant().plus(answer.dateSkew())));
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      head.append("\r\n").append(header.getKey()).append(": ").append(header.getValue());
    }
    head.append("\r\nContent-Length: ").append(length);
    head.append("\r\nConnection: ").append(keepAlive ? "keep-alive" : "close");
    return head.append("\r\n\r\n").toString();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 302 -> "Found";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // There is no other way to close it.
    }
  }
}
