package io.github.wxtoken;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks the arguments of the public API before any I/O. A message names the argument and the rule,
 * and never shows the value.
 */
final class Arguments {
  private Arguments() {}

  static <T> T requireGiven(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must not be null");
    }
    return value;
  }

  static String requireText(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
    return text;
  }

  /** UTF-8 has no place for half a surrogate pair: Java would replace it by a question mark. */
  static void requireWellFormed(String name, String text) {
    if (!Utf8.isWellFormed(text)) {
      throw new IllegalArgumentException(name + " must not have half a surrogate pair");
    }
  }

  static String requireWellFormedText(String name, @Nullable String text) {
    String present = requireText(name, text);
    requireWellFormed(name, present);
    return present;
  }

  /** The message does not quote the URL: it may carry what its user wants to keep. */
  static URI requireWebURL(String name, @Nullable String url) {
    try {
      URI uri = new URI(url == null ? "" : url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && namesHost(uri.getRawAuthority())
          && Utf8.isWellFormed(uri.toString())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below, with the name and the rule
    }
    throw new IllegalArgumentException(name + " must be an absolute http or https URL");
  }

  /** Not by {@link URI#getHost()}, which knows no underscore and no Chinese character. */
  private static boolean namesHost(@Nullable String authority) {
    String host = authority == null ? "" : authority.substring(authority.lastIndexOf('@') + 1);
    return !host.isEmpty() && !host.startsWith(":");
  }

  static URI requireEndpoint(String name, URI endpoint) {
    URI uri = requireWebURL(name, requireGiven(name, endpoint).toString());
    if (!uri.getRawPath().isEmpty() || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(name + " must be a URL without a path");
    }
    return uri;
  }
}
