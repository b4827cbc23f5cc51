package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sits between a client and MySQL or MariaDB: strikes TLS from what the server says it can
 * do, or does TLS in the server's place, with another certificate.
 */
final class InBetween implements AutoCloseable {
  private static final int SSL = 0x0800;
  private static final int SSL_REQUEST = 36;

  private final InetSocketAddress server;
  private final ServerSocket listener;

  private final @Nullable TestCertificate certificate;

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

  private void relay(Socket client) {
    try (client;
        Socket upstream = new Socket()) {
      upstream.connect(server);
      DataInputStream greeting = new DataInputStream(upstream.getInputStream());
      byte[] header = greeting.readNBytes(4);
      byte[] body = greeting.readNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8);
      // One byte of version, the server's name up to a zero, 4 + 8 + 1 bytes, and there it is.
      int capabilities = 1;
      while (body[capabilities] != 0) {
        capabilities++;
      }
      capabilities += 1 + 4 + 8 + 1;
      if (certificate == null) {
        body[capabilities + 1] &= (byte) ~(SSL >> 8);
      }
      client.getOutputStream().write(header);
      client.getOutputStream().write(body);
      if (certificate != null) {
        shakeHands(client, certificate);
        return;
      }
      start(() -> pump(client, upstream));
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // one of them has closed its connection
    }
  }

  /** A client that does not like the certificate goes; others are not wanted. */
  private static void shakeHands(Socket client, TestCertificate certificate) throws IOException {
    client.getInputStream().readNBytes(SSL_REQUEST);
    SSLSocket tls =
        (SSLSocket) certificate.context().getSocketFactory().createSocket(client, null, true);
    tls.startHandshake();
    tls.getInputStream().readAllBytes();
  }

  private static void pump(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one of them has closed its connection
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "in-between");
    thread.setDaemon(true);
    thread.start();
  }
}
