package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
          "(?<scheme>jdbc:[a-z]+:)(?<mode>[a-z-]+:)?//(?<hosts>[^/?#]*)(?<database>/[^/?#\\s]*)?"
              + "(?:\\?(?<query>.*))?",
          Pattern.DOTALL);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

  /** Parts of an address, which Connector/J also takes from the parameters. */
  private static final Set<String> PARTS = Set.of("host", "port", "protocol", "path", "address");

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException if it has another form, or names a parameter twice
   */
  static JdbcUrl parse(String url, Scheme scheme) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches() || !parts.group("scheme").equals(scheme.prefix)) {
      throw malformed(scheme);
    }
    HostList hosts = HostList.parse(parts.group("hosts"), scheme);
    String mode = parts.group("mode") == null ? "" : parts.group("mode");
    String database = parts.group("database") == null ? "/" : parts.group("database");
    String query = parts.group("query") == null ? "" : parts.group("query");
    return new JdbcUrl(
        scheme.prefix + mode + "//" + hosts.text() + database,
        hosts.servers(),
        parameters(query, scheme));
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

  static IllegalArgumentException malformed(Scheme scheme) {
    return new IllegalArgumentException(
        "url is not one of "
            + scheme.product
            + "'s: "
            + scheme.prefix
            + "//HOST[:PORT]/DATABASE?user=USER&password=PASSWORD"
            + (scheme.isPercentEncoded ? ", with values percent-encoded" : "")
            + ". For other forms, pass your own DataSource");
  }

  private static Map<String, String> parameters(String query, Scheme scheme) {
    // Connector/J ignores a fragment, so a password would lose its end.
    if (scheme.isPercentEncoded && query.contains("#")) {
      throw malformed(scheme);
    }
    Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String parameter : query.split("&", -1)) {
      if (!parameter.isEmpty()) {
        String[] nameAndValue = parameter.split("=", 2);
        String value = nameAndValue.length < 2 ? "" : nameAndValue[1];
        add(nameAndValue[0], scheme.isPercentEncoded ? decoded(value, scheme) : value, parameters);
      }
    }
    return parameters;
  }

  private static void add(String name, String value, Map<String, String> parameters) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "url must have parameters with plain names, neither percent-encoded nor with spaces. An &"
              + " within a value is %26 for MySQL; for MariaDB, pass your own DataSource");
    }
    if (PARTS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "url must name its host and port after the //, not as parameters");
    }
    if (parameters.put(name, value) != null) {
      throw new IllegalArgumentException(
          "url must not have the same parameter twice, not even in another case, such as sslMode"
              + " and sslmode: keep one of them");
    }
  }

  private static String decoded(String value, Scheme scheme) {
    try {
      return URLDecoder.decode(value.strip(), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Without the decoder's message, which quotes the value.
      throw malformed(scheme);
    }
  }
}
