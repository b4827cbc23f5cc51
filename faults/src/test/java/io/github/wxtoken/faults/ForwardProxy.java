package io.github.wxtoken.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on localhost, with or without a login of the scheme Basic: it passes on http
 * requests and opens tunnels for https. Thread-safe.
 */
final class ForwardProxy implements AutoCloseable {
  private static final String CHALLENGE =
      String.join(
          "\r\n",
          "HTTP/1.1 407 Proxy Authentication Required",
          "Proxy-Authenticate: Basic realm=\"proxy\"",
          "Content-Length: 0",
          "",
          "");

  private final ServerSocket listener;
  private final @Nullable String login;
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private ForwardProxy(@Nullable String login) throws IOException {
    this.login = login;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  static ForwardProxy withoutLogin() throws IOException {
    return new ForwardProxy(null);
  }

  static ForwardProxy withLogin(String user, String password) throws IOException {
    byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new ForwardProxy("Basic " + Base64.getEncoder().encodeToString(login));
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns the method and the server of each request that was let through. */
  List<String> targets() {
    return List.copyOf(targets);
  }

  /** Returns the same of each request that had no login or a wrong one. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(ForwardProxy::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        // Closed, which ends the loop.
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try {
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (Head head = Head.read(in); head != null; head = Head.read(in)) {
        if (login == null || login.equals(head.header("proxy-authorization"))) {
          targets.add(head.method + " " + head.server());
          passOn(head, in, client);
          return;
        }
        refused.add(head.method + " " + head.server());
        client.getOutputStream().write(CHALLENGE.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // The client or the server has closed its connection.
    } finally {
      close(client);
      open.remove(client);
    }
  }

  private void passOn(Head head, InputStream in, Socket client) throws IOException {
    try (Socket server = new Socket()) {
      open.add(server);
      server.connect(head.address());
      if (head.method.equals("CONNECT")) {
        client
            .getOutputStream()
            .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } else {
        server.getOutputStream().write(head.forServer().getBytes(StandardCharsets.ISO_8859_1));
      }
      start(() -> pump(in, server));
      pump(server.getInputStream(), client);
      open.remove(server);
    }
  }

  private static void pump(InputStream from, Socket to) {
    try {
      from.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed already.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "forward-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** The request line and the headers of a request. */
  private record Head(String method, String target, List<String> headers) {
    static @Nullable Head read(InputStream in) throws IOException {
      String start = line(in);
      if (start == null) {
        return null;
      }
      List<String> headers = new ArrayList<>();
      for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
        headers.add(line);
      }
      String[] parts = start.split(" ", -1);
      return new Head(parts[0], parts[1], headers);
    }

    private static @Nullable String line(InputStream in) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          return null;
        }
        line.write(b);
      }
      return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    String header(String name) {
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    }

    String server() {
      return method.equals("CONNECT") ? target : URI.create(target).getAuthority();
    }

    InetSocketAddress address() {
      int colon = server().lastIndexOf(':');
      return new InetSocketAddress(
          server().substring(0, colon), Integer.parseInt(server().substring(colon + 1)));
    }

    /** Without what is for the proxy. The server closes the connection, which ends the answer. */
    String forServer() {
      URI uri = URI.create(target);
      StringBuilder head = new StringBuilder(method + " " + uri.getRawPath());
      head.append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()).append(" HTTP/1.1\r\n");
      headers.stream()
          .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(?:proxy-|connection:).*"))
          .forEach(line -> head.append(line).append("\r\n"));
      return head.append("Connection: close\r\n\r\n").toString();
    }
  }
}
