package io.github.wxtoken.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A port on all addresses of this machine that leads to a server: unchanged, or from the first
 * {@link #present} on by TLS, which ends here. It gives a server that listens on 127.0.0.1 another
 * address, and it gives TLS to a server without TLS. Thread-safe.
 */
public final class TlsRelay implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SSLContext tls;

  /**
   * Listens for connections to a server.
   *
   * @param server the server
   * @throws IOException if there is no port
   */
  public TlsRelay(InetSocketAddress server) throws IOException {
    this.server = new InetSocketAddress(server.getHostString(), server.getPort());
    this.listener = new ServerSocket(0);
    start(this::accept);
  }

  /**
   * Returns the port.
   *
   * @return the port, on each address
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Returns the number of connections.
   *
   * @return their number, including those that were refused
   */
  public int connections() {
    return connections.get();
  }

  /**
   * Makes new connections use TLS.
   *
   * @param shown the certificate that clients see
   */
  public void present(TestCertificate shown) {
    this.tls = shown.context();
  }

  /** Closes all connections and frees the port. */
  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(TlsRelay::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.incrementAndGet();
        start(() -> relay(client));
      } catch (IOException e) {
        // Closed, which ends the loop, or a client that has already closed its connection.
      }
    }
  }

  private void relay(Socket accepted) {
    Socket upstream = new Socket();
    open.add(accepted);
    open.add(upstream);
    try {
      Socket client = secured(accepted);
      upstream.connect(server);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      start(() -> pump(upstream, client));
      pump(client, upstream);
    } catch (IOException e) {
      // The client rejects the certificate, or the server is unreachable.
    } finally {
      close(accepted);
      close(upstream);
      open.remove(accepted);
      open.remove(upstream);
    }
  }

  private Socket secured(Socket client) throws IOException {
    SSLContext shown = tls;
    if (shown == null) {
      return client;
    }
    SSLSocket secured = (SSLSocket) shown.getSocketFactory().createSocket(client, null, true);
    secured.startHandshake();
    return secured;
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side has closed its connection, so the other is closed below.
    }
    close(from);
    close(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed already.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "tls-relay");
    thread.setDaemon(true);
    thread.start();
  }
}
