package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Opening;
import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks, before anything is connected, that TLS is verified, and that plaintext stays on this
 * machine unless it is allowed. The check uses the driver's parsed result, not the URL's text, and
 * the connections use the same result.
 */
final class Tls {
  private static final String OPTION = "sslMode";

  /** MariaDB's driver accepts it as another name of its verify-full. */
  private static final String VERIFIED = "VERIFY_IDENTITY";

  /** The security of connections to a server. */
  enum Mode {
    /**
     * The URL does not set it, so the driver decides: plaintext, or TLS if the server offers it.
     */
    UNSAID,
    /** Possibly plaintext. */
    PLAINTEXT,
    /** TLS with any server. */
    UNVERIFIED,
    /** TLS with the server of that name. */
    VERIFIED
  }

  /**
   * A server of a URL.
   *
   * @param option the option that sets the mode, for messages
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
   * The servers that a driver has parsed.
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
   * Requests verified TLS if the URL does not set the mode and a server is on another machine.
   *
   * @param read returns the driver's parsed URL with these properties
   * @param properties the driver's properties besides the URL
   * @return the parsed URL with the final properties
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
