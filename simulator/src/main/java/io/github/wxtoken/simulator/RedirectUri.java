package io.github.wxtoken.simulator;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The address to which an authorization redirects (docs/wechat-protocol.md#callback). */
record RedirectUri(URI uri) {
  private static final String ILLEGAL = " \"<>\\^`{|}";

  /** Returns empty if a browser could reach another host than the checked one. */
  static Optional<RedirectUri> parse(String text) {
    try {
      URI uri = new URI(escaped(text));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean http = scheme.equals("http") || scheme.equals("https");
      return http && uri.getHost() != null && uri.getUserInfo() == null
          ? Optional.of(new RedirectUri(uri))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Browsers take what RFC 3986 does not, and so do callers' addresses. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c > 0x7e || ILLEGAL.indexOf(c) >= 0) {
                escaped.append(encode(Character.toString(c)));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  boolean isAllowed(SimulatorApp app, boolean loopbackMayHavePort) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    boolean portIsFine = uri.getPort() == -1 || (loopbackMayHavePort && isLoopback(host));
    return portIsFine && app.redirectDomains().stream().anyMatch(host::equalsIgnoreCase);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  String with(String code, String state, boolean withState) {
    String codeParameter = "code=" + encode(code);
    return with(withState ? codeParameter + "&state=" + encode(state) : codeParameter);
  }

  String withStateOnly(String state) {
    return with("state=" + encode(state));
  }

  /** Parameters go behind a query and before a fragment. */
  private String with(String parameters) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    String base = hash < 0 ? text : text.substring(0, hash);
    String fragment = hash < 0 ? "" : text.substring(hash);
    String separator =
        base.endsWith("?") || base.endsWith("&") ? "" : base.contains("?") ? "&" : "?";
    return base + separator + parameters + fragment;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
