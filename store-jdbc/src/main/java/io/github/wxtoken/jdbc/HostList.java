package io.github.wxtoken.jdbc;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts of a JDBC URL, in the forms {@code db:3306}, {@code address=(host=db)(port=3306)} and
 * {@code (host=db,port=3306)}, separated by commas.
 *
 * @param text the hosts, in forms that all drivers understand
 * @param servers the hosts and ports
 */
record HostList(String text, List<InetSocketAddress> servers) {
  private static final int MAX_PORT = 65_535;

  private static final Pattern ELEMENT =
      Pattern.compile(
          "address=(?<address>(?:\\([^()]*\\))+)|\\((?<list>[^()]*)\\)|(?<plain>[^,()]*)");

  private static final Pattern PLAIN =
      Pattern.compile("(?<host>[A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(?::(?<port>[0-9]{1,5}))?");

  /** What an address may contain. Drivers also read other options there, which we refuse. */
  private static final Map<String, Pattern> KEYS =
      Map.of(
          "host", Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]|[0-9A-Fa-f:.]+"),
          "port", Pattern.compile("[0-9]{1,5}"),
          "type", Pattern.compile("[A-Za-z]+"));

  /**
   * Parses the hosts of a URL.
   *
   * @throws IllegalArgumentException if they have another form, or an address has other options
   */
  static HostList parse(String hosts, Scheme scheme) {
    List<String> texts = new ArrayList<>();
    List<InetSocketAddress> servers = new ArrayList<>();
    Matcher element = ELEMENT.matcher(hosts);
    int next = 0;
    do {
      element.region(next, hosts.length());
      boolean separated = element.lookingAt() && isEndOrComma(hosts, element.end());
      if (!separated) {
        throw JdbcUrl.malformed(scheme);
      }
      texts.add(text(element));
      servers.add(server(element, scheme));
      next = element.end() + 1;
    } while (next <= hosts.length());
    return new HostList(String.join(",", texts), List.copyOf(servers));
  }

  private static boolean isEndOrComma(String hosts, int index) {
    return index == hosts.length() || hosts.charAt(index) == ',';
  }

  private static String text(Matcher element) {
    String list = element.group("list");
    return list == null ? element.group() : "address=(" + list.replace(",", ")(") + ")";
  }

  private static InetSocketAddress server(Matcher element, Scheme scheme) {
    String plain = element.group("plain");
    Map<String, String> keys =
        plain == null ? keys(pairs(element), scheme) : hostAndPort(plain, scheme);
    String host = keys.get("host");
    int port = Integer.parseInt(keys.getOrDefault("port", String.valueOf(scheme.port)));
    if (host == null || port > MAX_PORT) {
      throw JdbcUrl.malformed(scheme);
    }
    // Without a host, the drivers connect to this machine.
    return InetSocketAddress.createUnresolved(
        host.isEmpty() ? "localhost" : host.replaceAll("[\\[\\]]", ""), port);
  }

  private static Map<String, String> hostAndPort(String plain, Scheme scheme) {
    Matcher parts = PLAIN.matcher(plain);
    if (!parts.matches()) {
      throw JdbcUrl.malformed(scheme);
    }
    String port = parts.group("port");
    return port == null
        ? Map.of("host", parts.group("host"))
        : Map.of("host", parts.group("host"), "port", port);
  }

  private static String[] pairs(Matcher element) {
    String address = element.group("address");
    return address == null
        ? element.group("list").split(",", -1)
        : address.substring(1, address.length() - 1).split("\\)\\(", -1);
  }

  private static Map<String, String> keys(String[] pairs, Scheme scheme) {
    Map<String, String> keys = new HashMap<>();
    for (String pair : pairs) {
      String[] nameAndValue = pair.split("=", 2);
      String name = nameAndValue[0].toLowerCase(Locale.ROOT);
      Pattern value = KEYS.get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            "url must have only host, port and type within the address of a host: put other options"
                + " after the question mark");
      }
      if (nameAndValue.length < 2
          || !value.matcher(nameAndValue[1]).matches()
          || keys.put(name, nameAndValue[1]) != null) {
        throw JdbcUrl.malformed(scheme);
      }
    }
    return keys;
  }
}
