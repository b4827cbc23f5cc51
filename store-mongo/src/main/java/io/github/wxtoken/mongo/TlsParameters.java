package io.github.wxtoken.mongo;

import java.util.HashMap;
import java.util.Map;

/**
 * The TLS parameters of a URL. Each setting is written at most once, and exactly as MongoDB
 * documents it: the driver takes the last of two values, and compares names in the case of the
 * JVM's language, so it would overlook {@code tlsInsecure} in Turkish.
 *
 * @param verifiesHostName false if the URL names a mode that does not compare the host with the
 *     names in the server's certificate
 */
record TlsParameters(boolean verifiesHostName) {
  private static final String SKIP_HOST_NAME = "tlsAllowInvalidHostnames";

  /** The setting of each parameter; the driver takes tlsInsecure for tlsAllowInvalidHostnames. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "tls", "tls",
          "ssl", "tls",
          "tlsInsecure", SKIP_HOST_NAME,
          "tlsAllowInvalidHostnames", SKIP_HOST_NAME,
          "sslInvalidHostNameAllowed", SKIP_HOST_NAME);

  /**
   * Reads the parameters.
   *
   * @throws IllegalArgumentException if one is written in another case, has another value than true
   *     or false, or repeats a setting; the message shows nothing else of the URL
   */
  static TlsParameters of(String url) {
    Map<String, String> values = new HashMap<>();
    int query = url.indexOf('?');
    String parameters = query < 0 ? "" : url.substring(query + 1);
    for (String parameter : parameters.split("[&;]", -1)) { // as the driver does
      int equals = parameter.indexOf('=');
      String name = parameter.substring(0, Math.max(0, equals));
      SETTINGS.forEach(
          (known, setting) -> {
            if (known.equalsIgnoreCase(name)
                && values.put(setting, requireExact(known, parameter)) != null) {
              throw new IllegalArgumentException(
                  "url must not repeat a TLS parameter or its synonym. Remove one: " + known);
            }
          });
    }
    return new TlsParameters(!"true".equals(values.get(SKIP_HOST_NAME)));
  }

  private static String requireExact(String known, String parameter) {
    String value = parameter.substring(known.length() + 1);
    if (!parameter.startsWith(known) || !(value.equals("true") || value.equals("false"))) {
      throw new IllegalArgumentException(
          "url must have the TLS parameter " + known + " in this case, and true or false");
    }
    return value;
  }
}
