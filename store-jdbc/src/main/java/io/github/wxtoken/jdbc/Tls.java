package io.github.wxtoken.jdbc;

import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Opening;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it, before anything is connected, that TLS is verified, and that plaintext stays on this
 * machine unless it is allowed. Judged is what the driver makes of the URL, not the URL's text, and
 * what was judged is what connects.
 */
final class Tls {
  private static final String OPTION = "sslMode";

  /** For MariaDB's driver it is another name of its verify-full. */
  private static final String VERIFIED = "VERIFY_IDENTITY";

  /** How a server is connected to. */
  enum Mode {
    /** As the driver likes, for the URL does not say: in plaintext, or in TLS if offered. */
    UNSAID,
    /** Perhaps in plaintext. */
    PLAINTEXT,
    /** By TLS with whoever answers. */
    UNVERIFIED,
    /** By TLS with the server of that name. */
    VERIFIED
  }

  /**
   * A server of a URL.
   *
   * @param option what makes it so, for messages
   */
  record Server(InetSocketAddress address, Mode mode, String option) {
    static Server of(@Nullable String host, int port, Mode mode, String option) {
      return new Server(
          InetSocketAddress.createUnresolved(host == null ? "" : host, port), mode, option);
    }

    boolean isElsewhere() {
      return !StoreOptions.isLoopback(address.getHostString());
    }
  }

  /**
   * What a driver has read.
   *
   * @param opening connects to one of the servers
   */
  record Target(List<Server> servers, Opening opening) {
    /** Returns hosts and ports for a message. */
    String names() {
      return StoreOptions.names(servers.stream().map(Server::address).toList());
    }
  }

  private Tls() {}

  /**
   * Asks for verified TLS where the URL does not say and a server is elsewhere.
   *
   * @param read returns what the driver makes of the URL with these properties
   * @param properties what the driver is given besides the URL
   * @return what it makes of them in the end
   * @throws IllegalArgumentException if TLS would not be verified, or plaintext is not allowed
   */
  static Target require(
      Function<Properties, Target> read, Properties properties, StoreOptions options) {
    boolean allowed = options.flag(StoreOptions.ALLOW_PLAINTEXT, false);
    Target target = read.apply(properties);
    if (!allowed
        && target.servers.stream()
            .anyMatch(server -> server.mode == Mode.UNSAID && server.isElsewhere())) {
      properties.setProperty(OPTION, VERIFIED);
      target = read.apply(properties);
    }
    for (Server server : target.servers) {
      if (server.mode == Mode.UNVERIFIED) {
        throw new IllegalArgumentException(
            "url must not have "
                + server.option
                + ", by which TLS does not verify who answers: use "
                + OPTION
                + "="
                + VERIFIED
                + ", or bring a DataSource of your own");
      }
    }
    options.requirePlaintextAllowed(
        target.servers.stream()
            .filter(server -> server.mode != Mode.VERIFIED)
            .map(Server::address)
            .toList(),
        OPTION + "=" + VERIFIED);
    return target;
  }
}
