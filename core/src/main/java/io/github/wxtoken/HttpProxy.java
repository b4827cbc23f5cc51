package io.github.wxtoken;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that requests go through, with the login that it asks for. The login is sent with
 * each request instead of after a challenge: the JDK would answer a challenge by sending the
 * request again, and a code is sent once.
 *
 * @param host its name or address
 * @param port its port
 * @param login the value of the header {@code Proxy-Authorization}, or null for a proxy without
 *     login
 */
record HttpProxy(String host, int port, @Nullable String login) {
  static final String AUTHORIZATION = "Proxy-Authorization";

  /** Checks the proxy that an application passed. */
  static HttpProxy of(String host, int port, @Nullable String user, @Nullable String password) {
    // A URL or an IPv6 address in brackets would only fail as a name that nobody resolves.
    if (host.isBlank() || host.contains("/") || host.contains("@") || host.contains("[")) {
      throw new IllegalArgumentException(
          "the proxy's host must be a name or an address, without scheme, user or port");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the proxy's port must be from 1 to 65535");
    }
    return new HttpProxy(host, port, user == null ? null : basic(user, String.valueOf(password)));
  }

  private static String basic(String user, String password) {
    if (user.contains(":")) {
      throw new IllegalArgumentException(
          "the proxy's user must not have a colon: the scheme Basic ends the user with one");
    }
    byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  /**
   * Returns the proxy that the JVM was started with for this endpoint, if a login for it is among
   * the system properties: {@code http.proxyUser} and {@code http.proxyPassword} beside {@code
   * http.proxyHost}, and the same with {@code https}. The JDK itself does not read these two.
   *
   * @param property reads a system property
   * @param selector the JVM's default, which may have been replaced by the application
   * @return null if there is no login, or the JVM does not use this proxy
   */
  static @Nullable HttpProxy ofSystem(
      URI endpoint, UnaryOperator<@Nullable String> property, @Nullable ProxySelector selector) {
    String scheme = isHttps(endpoint) ? "https" : "http";
    String host = property.apply(scheme + ".proxyHost");
    String user = property.apply(scheme + ".proxyUser");
    if (host == null || user == null || user.isEmpty() || user.contains(":")) {
      return null;
    }
    if (selector == null || endpoint.getHost() == null) {
      return null;
    }
    for (Proxy proxy : selector.select(endpoint)) {
      SocketAddress address = proxy.address();
      if (address instanceof InetSocketAddress socket && socket.getHostString().equals(host)) {
        String password = property.apply(scheme + ".proxyPassword");
        return of(host, socket.getPort(), user, password == null ? "" : password);
      }
    }
    return null;
  }

  /** Resolves the proxy's name for each connection, as the JDK does for the proxy of a JVM. */
  ProxySelector selector() {
    return ProxySelector.of(InetSocketAddress.createUnresolved(host, port));
  }

  /**
   * Refuses a login that the JDK would not send.
   *
   * @throws IllegalArgumentException if this JVM disables the scheme Basic for such an endpoint
   */
  void requireLoginIsSent(URI endpoint) {
    boolean tunnel = isHttps(endpoint);
    if (login != null && DisabledSchemes.disablesBasic(tunnel)) {
      String property = DisabledSchemes.property(tunnel);
      throw new IllegalArgumentException(
          "the login for the proxy would not be sent: the property "
              + property
              + " of Java disables the scheme Basic"
              + (tunnel ? " for https" : "")
              + ". Start Java with -D"
              + property
              + "=");
    }
  }

  private static boolean isHttps(URI endpoint) {
    return endpoint.getScheme().toLowerCase(Locale.ROOT).equals("https");
  }

  /** Without the login. */
  @Override
  public String toString() {
    return "HttpProxy[" + host + ":" + port + (login == null ? "]" : ", with login]");
  }
}
