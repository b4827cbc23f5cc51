package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A browser's request and the answer to it: the part of a web framework. */
final class Visit {
  private final HttpExchange exchange;
  private final boolean https;

  /**
   * @param https whether the browser uses https; a proxy before this server may hide it
   */
  Visit(HttpExchange exchange, boolean https) {
    this.exchange = exchange;
    this.https = https;
  }

  /** Returns the path and the query. */
  String path() {
    return exchange.getRequestURI().toString();
  }

  /** Returns the parameter, or the empty text if there is none. */
  String parameter(String name) {
    String query = exchange.getRequestURI().getRawQuery();
    return query == null ? "" : decoded(valueOf(name, Arrays.stream(query.split("&", -1))));
  }

  /** Returns the cookie, or the empty text if there is none. */
  String cookie(String name) {
    @Nullable String cookies = exchange.getRequestHeaders().getFirst("Cookie");
    return cookies == null ? "" : valueOf(name, Arrays.stream(cookies.split("; *", -1)));
  }

  private static String valueOf(String name, Stream<String> pairs) {
    String prefix = name + "=";
    return pairs
        .filter(pair -> pair.startsWith(prefix))
        .map(pair -> pair.substring(prefix.length()))
        .findFirst()
        .orElse("");
  }

  private static String decoded(String value) {
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  /**
   * Sets a cookie. {@code Lax}, not {@code Strict}: the browser must send the cookie when WeChat
   * redirects to us.
   */
  void setCookie(String name, String value, Duration life) {
    String attributes = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + life.toSeconds();
    String cookie = name + "=" + value + attributes + (https ? "; Secure" : "");
    exchange.getResponseHeaders().add("Set-Cookie", cookie);
  }

  void redirect(String url) throws IOException {
    exchange.getResponseHeaders().set("Location", url);
    exchange.sendResponseHeaders(302, -1);
  }

  void answer(int status, String html) throws IOException {
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
