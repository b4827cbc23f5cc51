package io.github.wxtoken;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of requests to WeChat: the HTTP clients, and the headers of every request.
 *
 * @param http the clients, made when the first request needs them
 * @param headers header names, in any case, and values; they may carry the login for a proxy
 */
record Egress(Supplier<HttpClients> http, Map<String, String> headers) {
  /**
   * Decides on the way.
   *
   * @param application the client that the application passed, which decides by itself
   * @param proxy the proxy that it passed
   * @param headers the headers that it passed
   * @throws IllegalArgumentException if the JVM does not send the login for the proxy
   */
  static Egress of(
      URI endpoint,
      @Nullable HttpClient application,
      @Nullable HttpProxy proxy,
      Map<String, String> headers) {
    if (application != null) {
      HttpClients clients = HttpClients.of(application);
      return new Egress(() -> clients, Map.copyOf(headers));
    }
    if (proxy != null) {
      proxy.requireLoginIsSent(endpoint);
      return new Egress(
          HttpClients.atFirstUse(() -> HttpClients.through(proxy)), withLogin(headers, proxy));
    }
    HttpProxy ofSystem =
        HttpProxy.ofSystem(endpoint, System::getProperty, ProxySelector.getDefault());
    return new Egress(HttpClients.atFirstUse(HttpClients::shared), withLogin(headers, ofSystem));
  }

  /** A header that the application passed itself stays. The JDK sends it to no server. */
  private static Map<String, String> withLogin(
      Map<String, String> headers, @Nullable HttpProxy proxy) {
    if (proxy == null || proxy.login() == null) {
      return Map.copyOf(headers);
    }
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.put(HttpProxy.AUTHORIZATION, proxy.login());
    more.putAll(headers);
    return Map.copyOf(more);
  }

  /** Without the headers. */
  @Override
  public String toString() {
    return "Egress";
  }
}
