package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Between a client and MySQL or MariaDB, whose greeting says what they can do. */
final class MysqlInBetween extends InBetween {
  private static final int SSL = 0x0800;
  private static final int SSL_REQUEST = 36;

  MysqlInBetween(InetSocketAddress server, @Nullable TestCertificate certificate)
      throws IOException {
    super(server, certificate);
  }

  @Override
  void relay(Socket client) {
    try (client;
        Socket upstream = connect()) {
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
        client.getInputStream().readNBytes(SSL_REQUEST);
        shakeHands(client, certificate);
        return;
      }
      start(() -> pump(client, upstream));
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // one of them has closed its connection
    }
  }
}
