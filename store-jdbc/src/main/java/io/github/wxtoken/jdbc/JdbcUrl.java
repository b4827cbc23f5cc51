package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDBC URL of a server. A driver gets {@link #address} and the parameters apart, so that it
 * reads no option that this parser has not read. Anything that a driver could read in another way
 * is refused. No message quotes the URL, since any part of it may be a password.
 *
 * @param address the URL without its parameters
 * @param servers the hosts and ports
 * @param parameters the parameters, decoded; the map ignores the case of names
 */
record JdbcUrl(String address, List<InetSocketAddress> servers, Map<String, String> parameters) {
  private static final Pattern URL =
      Pattern.compile(
          "(?<address>(?<scheme>jdbc:[a-z]+:)(?<sub>[a-z-]+:)?//(?<hosts>[^/?#]*)(?:/[^/?#\\s]*)?)"
              + "(?:\\?(?<query>.*))?",
          Pattern.DOTALL);

  private static final Pattern HOST =
      Pattern.compile("(?<name>[A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(?::(?<port>[0-9]{1,5}))?");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final int MAX_PORT = 65_535;

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException if it has another form, or names a parameter twice
   */
  static JdbcUrl parse(String url, Scheme scheme) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()
        || !parts.group("scheme").equals(scheme.prefix)
        || (parts.group("sub") != null && !scheme.dialect.hasSubprotocols())) {
      throw malformed(scheme);
    }
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String host : parts.group("hosts").split(",", -1)) {
      servers.add(server(host, scheme));
    }
    String query = parts.group("query") == null ? "" : parts.group("query");
    return new JdbcUrl(parts.group("address"), List.copyOf(servers), parameters(query, scheme));
  }

  /** Returns hosts and ports of any URL for a message; empty if it has none, or another form. */
  static Optional<String> names(String url) {
    try {
      return Scheme.of(url)
          .filter(scheme -> scheme.tls != null)
          .map(scheme -> parse(url.split("\\?", 2)[0], scheme).names());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns hosts and ports for a message. */
  String names() {
    return StoreOptions.names(servers);
  }

  private static IllegalArgumentException malformed(Scheme scheme) {
    return new IllegalArgumentException(
        "url is not one of "
            + scheme.product
            + "'s: "
            + scheme.prefix
            + "//HOST[:PORT]/DATABASE?user=USER&password=PASSWORD, with several hosts separated by"
            + " commas"
            + (scheme.isPercentEncoded ? " and values percent-encoded" : "")
            + ". For other forms, pass your own DataSource");
  }

  private static InetSocketAddress server(String host, Scheme scheme) {
    Matcher parts = HOST.matcher(host);
    if (!parts.matches()) {
      throw malformed(scheme);
    }
    int port = parts.group("port") == null ? scheme.port : Integer.parseInt(parts.group("port"));
    if (port > MAX_PORT) {
      throw malformed(scheme);
    }
    // Without a host, the drivers connect to this machine.
    String name = parts.group("name").isEmpty() ? "localhost" : parts.group("name");
    return InetSocketAddress.createUnresolved(name.replaceAll("[\\[\\]]", ""), port);
  }

  private static Map<String, String> parameters(String query, Scheme scheme) {
    // Connector/J ignores a fragment, so a password would lose its end.
    if (scheme.isPercentEncoded && query.contains("#")) {
      throw malformed(scheme);
    }
    Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String parameter : query.split("&", -1)) {
      String[] nameAndValue = parameter.split("=", 2);
      String value = nameAndValue.length < 2 ? "" : nameAndValue[1];
      if (parameter.isEmpty()) {
        continue;
      }
      if (!NAME.matcher(nameAndValue[0]).matches()) {
        throw malformed(scheme);
      }
      if (parameters.put(nameAndValue[0], decoded(value, scheme)) != null) {
        throw new IllegalArgumentException(
            "url must not have the same parameter twice, not even in another case, such as sslMode"
                + " and sslmode: keep one of them");
      }
    }
    return parameters;
  }

  private static String decoded(String value, Scheme scheme) {
    try {
      return scheme.isPercentEncoded
          ? URLDecoder.decode(value.strip(), StandardCharsets.UTF_8)
          : value;
    } catch (IllegalArgumentException e) {
      // Without the decoder's message, which quotes the value.
      throw malformed(scheme);
    }
  }
}
