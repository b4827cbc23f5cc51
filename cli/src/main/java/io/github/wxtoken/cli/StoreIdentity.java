package io.github.wxtoken.cli;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the data behind a URL, without secrets: scheme, hosts, database, and our options for the
 * place in it. Two URLs of one place that differ in users, passwords, TLS or timeouts have the same
 * identity.
 */
final class StoreIdentity {
  private static final String TABLE = "table";

  private static final Pattern SERVER =
      Pattern.compile(
          "(?<scheme>[a-z0-9+:-]+:)//(?:[^/?#]*@)?(?<hosts>[^/?#]*)(?<path>/[^?#]*)?"
              + "(?:\\?(?<query>[^#]*))?(?:#.*)?",
          Pattern.DOTALL);

  private static final Pattern FILE = Pattern.compile("(?:jdbc:sqlite:(?:file:)?|file:)");

  /** Anything else may be a part of a password that was not encoded. */
  private static final Pattern HOSTS = Pattern.compile("[A-Za-z0-9._:,\\[\\]-]*");

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.,:$%/= -]{0,200}");

  private static final Map<String, String> SCHEMES =
      Map.of("jdbc:mariadb:", "jdbc:mysql:", "rediss:", "redis:");

  private static final Map<String, Integer> PORTS =
      Map.of(
          "jdbc:mysql:", 3306,
          "jdbc:postgresql:", 5432,
          "redis:", 6379,
          "redis-cluster:", 6379,
          "redis-sentinel:", 26379,
          "mongodb:", 27017);

  /** The place in a database, with what it is if the URL does not say. */
  private static final Map<String, Map<String, String>> PLACES =
      Map.of(
          "jdbc", Map.of("wxtoken." + TABLE, "token", "currentschema", "", "options", ""),
          "redi", Map.of("wxtoken.prefix", "wxtoken:", "database", "", "sentinelmasterid", ""),
          "mong", Map.of("wxtoken.collection", "tokens"));

  private StoreIdentity() {}

  /** Names a store as the application sees it. */
  static String of(String url, @Nullable String scope) {
    return identity(url, null) + (scope == null ? "" : ", scope " + scope);
  }

  /** Names a table of another program. */
  static String ofTable(String url, String table) {
    return identity(url, table);
  }

  /** Names the content of a file of lines: another file under its name is another source. */
  static String ofLines(Path file) {
    try {
      return "lines of "
          + absolute(file)
          + ", "
          + Files.size(file)
          + " bytes, "
          + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw Problems.file("cannot read the file " + file, e, "Check the name and your rights");
    }
  }

  private static String identity(String url, @Nullable String table) {
    Matcher file = FILE.matcher(url);
    if (file.lookingAt()) {
      String place = url.startsWith("jdbc:") ? place("jdbc", query(url), table) : "";
      return "file " + path(file(url.substring(file.end()))) + place;
    }
    Matcher server = SERVER.matcher(url);
    if (!server.matches()) {
      return url.replaceFirst("(?s):.*", ":");
    }
    String scheme = SCHEMES.getOrDefault(server.group("scheme"), server.group("scheme"));
    String database = server.group("path") == null ? "" : server.group("path").substring(1);
    boolean redis = scheme.equals("redis:");
    return scheme
        + "//"
        + hosts(server.group("hosts"), PORTS.get(scheme))
        + "/"
        + shown(redis && database.isEmpty() ? "0" : database, NAME)
        + place(scheme, server.group("query"), table);
  }

  private static @Nullable String query(String url) {
    int query = url.indexOf('?');
    return query < 0 ? null : url.substring(query + 1);
  }

  private static String hosts(String hosts, @Nullable Integer port) {
    if (!HOSTS.matcher(hosts).matches()) {
      return "?";
    }
    TreeSet<String> sorted = new TreeSet<>();
    for (String host : hosts.toLowerCase(Locale.ROOT).split(",", -1)) {
      boolean hasPort = host.matches(".*:[0-9]+") && !host.endsWith("]");
      String name = host.isEmpty() ? "localhost" : host;
      sorted.add(
          (hasPort || port == null ? name : name + ":" + port)
              .replaceFirst("^(localhost)?(?=:|$)", "127.0.0.1"));
    }
    return String.join(",", sorted);
  }

  private static String place(String scheme, @Nullable String query, @Nullable String table) {
    Map<String, String> known =
        PLACES.getOrDefault(scheme.substring(0, Math.min(4, scheme.length())), Map.of());
    Map<String, String> values = new TreeMap<>(known);
    for (String parameter : (query == null ? "" : query).split("&", -1)) {
      String[] parts = parameter.split("=", 2);
      String name = parts[0].startsWith("wxtoken.") ? parts[0] : parts[0].toLowerCase(Locale.ROOT);
      if (parts.length == 2 && known.containsKey(name)) {
        values.put(name, decoded(parts[1]));
      }
    }
    // PostgreSQL's: other settings of a session do not change the place.
    if (!values.getOrDefault("options", "").contains("search_path")) {
      values.remove("options");
    }
    if (table != null) {
      values.put("wxtoken." + TABLE, table);
    }
    StringBuilder place = new StringBuilder();
    values.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            place
                .append(", ")
                .append(name.replace("wxtoken.", ""))
                .append(' ')
                .append(shown(value, NAME));
          }
        });
    return place.toString();
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static String shown(String value, Pattern allowed) {
    return allowed.matcher(value).matches() ? value : "?";
  }

  /** Returns the path in a URL, of which only the scheme is cut off. */
  static String file(String rest) {
    return rest.replaceFirst("(?s)\\?.*", "").replaceFirst("^//(?=/)", "");
  }

  private static String path(String text) {
    try {
      return absolute(Path.of(text));
    } catch (InvalidPathException e) {
      return "?";
    }
  }

  private static String absolute(Path file) {
    try {
      return file.toRealPath().toString();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize().toString();
    }
  }
}
