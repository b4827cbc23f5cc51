package io.github.wxtoken.cli;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adapts the URL of an application to the drivers in this jar. MySQL's driver is not in it, because
 * of its licence, and MariaDB's connects to MySQL. With MySQL's on the class path nothing changes.
 */
final class DriverUrl {
  private static final Logger LOG = LoggerFactory.getLogger(DriverUrl.class);
  private static final String MYSQL = "jdbc:mysql:";
  private static final String OURS = "wxtoken.";

  /** More connections than that make a server slower. */
  private static final int MOST_CONNECTIONS = 32;

  /** The parameters of Connector/J that MariaDB's driver has under another name. */
  private static final Map<String, String> NAMES =
      Map.of(
          "trustcertificatekeystoreurl", "trustStore",
          "trustcertificatekeystorepassword", "trustStorePassword");

  /** Those that both drivers have. */
  private static final Set<String> SAME =
      Set.of(
          "user",
          "password",
          "sslmode",
          "connecttimeout",
          "sockettimeout",
          "allowpublickeyretrieval",
          "usessl",
          "requiressl",
          "verifyservercertificate");

  private DriverUrl() {}

  /**
   * Returns the URL to open.
   *
   * @param threads how many threads will use the store
   */
  static String of(String url, int threads) {
    String adapted = url.startsWith(MYSQL) && !hasMysqlDriver() ? mariadb(url) : url;
    // SQLite has one writer at a time.
    boolean server = adapted.startsWith("jdbc:") && !adapted.startsWith("jdbc:sqlite:");
    return server && threads > 1 && !adapted.contains(OURS + "poolSize=")
        ? with(adapted, OURS + "poolSize=" + Math.min(threads, MOST_CONNECTIONS))
        : adapted;
  }

  /** Adds a parameter to a URL. */
  static String with(String url, String parameter) {
    return url + (url.indexOf('?') < 0 ? '?' : '&') + parameter;
  }

  private static boolean hasMysqlDriver() {
    try {
      Class.forName("com.mysql.cj.jdbc.Driver", false, DriverUrl.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  static String mariadb(String url) {
    int query = url.indexOf('?');
    String address =
        "jdbc:mariadb:" + url.substring(MYSQL.length(), query < 0 ? url.length() : query);
    if (query < 0) {
      return address;
    }
    StringJoiner parameters = new StringJoiner("&", address + "?", "");
    parameters.setEmptyValue(address);
    for (String parameter : url.substring(query + 1).split("&", -1)) {
      if (parameter.startsWith(OURS)) {
        parameters.add(parameter);
      } else if (!parameter.isEmpty()) {
        add(parameters, parameter);
      }
    }
    return parameters.toString();
  }

  private static void add(StringJoiner parameters, String parameter) {
    String[] parts = parameter.split("=", 2);
    String known = parts[0].toLowerCase(Locale.ROOT);
    String name = NAMES.getOrDefault(known, SAME.contains(known) ? parts[0] : "");
    if (name.isEmpty()) {
      LOG.info("The parameter {} of the url is one of MySQL's driver, and has no effect", parts[0]);
      return;
    }
    String value = parts.length < 2 ? "" : decoded(parts[1]);
    // MariaDB's driver decodes nothing.
    if (value.contains("&")) {
      throw CliException.usage(
          "cannot use the url",
          "the value of " + parts[0] + " has an ampersand, which MariaDB's driver cannot read",
          "Put MySQL's driver on the class path: java -cp wxtoken-cli.jar:mysql-connector-j.jar"
              + " io.github.wxtoken.cli.Main");
    }
    parameters.add(
        name + "=" + (name.equals("trustStore") ? value.replaceFirst("^file:(//)?", "") : value));
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(
          "cannot use the url",
          "a value is not percent-encoded",
          "Write % as %25, & as %26, + as %2B and # as %23");
    }
  }
}
