package io.github.wxtoken;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * The server that is asked in WeChat's place, such as a gateway: a URL that may have a path and a
 * host with an underscore.
 *
 * <p>{@link URI} has no host where the name has an underscore, and the JDK's HTTP client refuses
 * such a URI with a message that quotes it, secrets included. {@link #addressed} gives the client
 * the server's numeric address instead.
 */
final class ApiEndpoint {
  private ApiEndpoint() {}

  /**
   * Checks an endpoint and removes the slash at its end.
   *
   * @throws IllegalArgumentException if it has a query, a fragment, or https with an underscore
   */
  static URI require(URI uri) {
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("apiEndpoint must be a URL without a query or a fragment");
    }
    if (uri.getHost() == null) {
      requireAddressable(uri);
    }
    String text = uri.toString();
    int end = text.length();
    while (text.charAt(end - 1) == '/') {
      end--;
    }
    return URI.create(text.substring(0, end));
  }

  private static void requireAddressable(URI uri) {
    if (!uri.getScheme().toLowerCase(Locale.ROOT).equals("http")) {
      throw new IllegalArgumentException(
          "apiEndpoint must not be an https URL with an underscore in its host: Java cannot verify"
              + " the certificate of such a name. Use http, or a name without underscores");
    }
    HostAndPort.of(uri);
  }

  /**
   * Returns a URI that the JDK's HTTP client accepts. Blocks while the name is resolved.
   *
   * @return the same URI, or one with the numeric address in the place of a name with an underscore
   * @throws UncheckedIOException if the name cannot be resolved; its message has no URI
   */
  static URI addressed(URI uri) {
    if (uri.getHost() != null) {
      return uri;
    }
    HostAndPort server = HostAndPort.of(uri);
    String address;
    try {
      address = InetAddress.getByName(server.host()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
    String numeric = address.contains(":") ? "[" + address + "]" : address;
    return URI.create(
        uri.getScheme()
            + "://"
            + numeric
            + server.port()
            + uri.getRawPath()
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
  }

  /** Returns the value of the header Host, which names the server as the endpoint does. */
  static String hostHeader(URI uri) {
    HostAndPort server = HostAndPort.of(uri);
    return server.host() + server.port();
  }

  /** The server of a URI that {@link URI} cannot read. {@code port} is empty or begins with ':'. */
  private record HostAndPort(String host, String port) {
    static HostAndPort of(URI uri) {
      String authority = uri.getRawAuthority();
      String server = authority.substring(authority.lastIndexOf('@') + 1);
      int colon = server.indexOf(':');
      String host = colon < 0 ? server : server.substring(0, colon);
      String port = colon < 0 ? "" : server.substring(colon);
      // A name of Docker or Kubernetes. URI keeps a Chinese character as the host of nobody, too.
      if (!host.matches("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
          || !port.matches("(?::[0-9]{0,5})?")) {
        throw new IllegalArgumentException(
            "apiEndpoint must name a host of letters, digits, '.', '-' and '_'");
      }
      return new HostAndPort(host, port.equals(":") ? "" : port);
    }
  }
}
