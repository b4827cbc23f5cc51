package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.faults.TestServer;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The servers of the stores, found as {@link TestServer} says, and the URLs of their databases. */
final class Servers {
  static final TestServer MYSQL =
      TestServer.role("mysql")
          .container(
              () ->
                  new GenericContainer<>("mysql:9.7")
                      .withEnv("MYSQL_ROOT_PASSWORD", "root")
                      .withExposedPorts(3306),
              server ->
                  "jdbc:mysql://"
                      + server.getHost()
                      + ":"
                      + server.getMappedPort(3306)
                      + "/?user=root&password=root")
          .build();
  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              server -> "redis://" + server.getHost() + ":" + server.getMappedPort(6379))
          .build();
  static final TestServer MONGO =
      TestServer.role("mongo")
          .container(
              () ->
                  new GenericContainer<>("mongo:7.0")
                      .withExposedPorts(27017)
                      .waitingFor(Wait.forLogMessage(".*Waiting for connections.*", 1)),
              server -> "mongodb://" + server.getHost() + ":" + server.getMappedPort(27017))
          .build();

  private static final Pattern URL =
      Pattern.compile("(jdbc:mysql|mongodb|mongodb\\+srv)://([^/?]+)/?[^?]*(?:\\?(.*))?");

  private Servers() {}

  /** Returns the URL of a database on the server of another URL. */
  static String withDatabase(String url, String database) {
    Matcher parts = parts(url);
    return parts.group(1)
        + "://"
        + parts.group(2)
        + "/"
        + database
        + (parts.group(3) == null ? "" : "?" + parts.group(3));
  }

  static String with(String url, String option) {
    return url + (url.contains("?") ? "&" : "?") + option;
  }

  /**
   * Converts a URL of Connector/J with the parameters user and password to one that mysql2 accepts.
   */
  static String forMysql2(String jdbcUrl, String database) {
    Matcher parts = parts(jdbcUrl);
    String user = parameter(parts.group(3), "user");
    String password = parameter(parts.group(3), "password");
    String who = encode(user) + (password.isEmpty() ? "" : ":" + encode(password)) + "@";
    return "mysql://" + who + parts.group(2) + "/" + database;
  }

  private static String parameter(String query, String name) {
    Matcher matcher = Pattern.compile("(?:.*&)?" + name + "=([^&]*).*").matcher(query + "&");
    return matcher.matches() ? URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8) : "";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Matcher parts(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not the URL of a server");
    }
    return parts;
  }
}
