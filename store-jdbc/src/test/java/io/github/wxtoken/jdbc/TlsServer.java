package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server whose certificate can be exchanged, and a user that it lets in by TLS alone. */
interface TlsServer {
  String PASSWORD = "CANARY-password";

  Pattern HOST = Pattern.compile("jdbc:\\w+://([^:]+):([0-9]+)/.*");

  TestServer server();

  /** Makes an empty database {@code wx_tls} and the users {@code tls} and {@code plain}. */
  void prepare() throws Exception;

  void present(TestCertificate certificate) throws Exception;

  /** Starts a relay that strikes TLS, or shows a certificate. */
  InBetween inBetween(@Nullable TestCertificate certificate) throws IOException;

  default InetSocketAddress address() {
    Matcher url = HOST.matcher(server().url());
    if (!url.matches()) {
      throw new IllegalStateException("not the URL of a server");
    }
    return InetSocketAddress.createUnresolved(url.group(1), Integer.parseInt(url.group(2)));
  }
}
