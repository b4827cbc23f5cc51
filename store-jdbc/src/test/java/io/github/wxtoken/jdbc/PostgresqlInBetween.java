package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Between a client and PostgreSQL, which the client asks for TLS. */
final class PostgresqlInBetween extends InBetween {
  /** The length of a message of eight bytes, and a protocol of its own. */
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  PostgresqlInBetween(InetSocketAddress server, @Nullable TestCertificate certificate)
      throws IOException {
    super(server, certificate);
  }

  @Override
  void relay(Socket client) {
    try (client;
        Socket upstream = connect()) {
      byte[] first = client.getInputStream().readNBytes(SSL_REQUEST.length);
      boolean asked = Arrays.equals(first, SSL_REQUEST);
      if (asked && certificate != null) {
        client.getOutputStream().write('S');
        shakeHands(client, certificate);
        return;
      }
      if (asked) {
        client.getOutputStream().write('N');
      } else {
        upstream.getOutputStream().write(first);
      }
      start(() -> pump(client, upstream));
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // one of them has closed its connection
    }
  }
}
