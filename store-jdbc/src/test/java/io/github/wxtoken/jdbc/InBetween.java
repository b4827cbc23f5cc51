package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sits between a client and a server: strikes TLS from what the server says it can do, or
 * does TLS in the server's place, with another certificate.
 */
abstract class InBetween implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket listener;

  /** Null strikes TLS. */
  final @Nullable TestCertificate certificate;

  /** Strikes TLS, or has a certificate to show. */
  InBetween(InetSocketAddress server, @Nullable TestCertificate certificate) throws IOException {
    this.certificate = certificate;
    this.server = new InetSocketAddress(server.getHostString(), server.getPort());
    this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> relay(client));
      } catch (IOException e) {
        // closed, which ends the loop
      }
    }
  }

  /** Relays the connection of a client. */
  abstract void relay(Socket client);

  final Socket connect() throws IOException {
    Socket upstream = new Socket();
    upstream.connect(server);
    return upstream;
  }

  /** A client that does not like the certificate goes; others are not wanted. */
  static void shakeHands(Socket client, TestCertificate certificate) throws IOException {
    SSLSocket tls =
        (SSLSocket) certificate.context().getSocketFactory().createSocket(client, null, true);
    tls.startHandshake();
    tls.getInputStream().readAllBytes();
  }

  static void pump(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one of them has closed its connection
    }
  }

  static void start(Runnable task) {
    Thread thread = new Thread(task, "in-between");
    thread.setDaemon(true);
    thread.start();
  }
}
