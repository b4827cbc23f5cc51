package io.github.wxtoken;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Checks the return path that a state carries. Each message names the rule that a path breaks. */
final class ReturnPath {
  /** With it a state has at most 128 characters, which is what WeChat takes. */
  private static final int LONGEST = 48;

  /** Besides letters and digits; of the ASCII characters that URLs have, all but the fragment's. */
  private static final String PUNCTUATION = "/._~!$&'()*+,;=:@?%-";

  private static final String SHORTER =
      "Pass a shorter path, or keep the long one in the visitor's session and pass a short key to it";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private ReturnPath() {}

  /**
   * Checks a path.
   *
   * @throws IllegalArgumentException if it is no path of this site, or does not fit. A path that
   *     only lacks percent-encoding is shown with it; no other is shown, since it may come from a
   *     browser
   */
  static void require(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "returnPath must begin with a slash: pass a path of this site, such as /orders?id=1, and"
              + " not a URL");
    }
    if (path.contains("//") || path.contains("\\")) {
      throw new IllegalArgumentException(
          "returnPath must not have // or a backslash, which browsers take for the beginning of"
              + " another site's name. Pass a path such as /orders?id=1, and encode // in a query as"
              + " %2F%2F");
    }
    if (path.contains("#")) {
      throw new IllegalArgumentException(
          "returnPath must not have a fragment (#). Leave it out, or encode # as %23");
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "returnPath must not have control characters, such as a tab or a line break. Remove them");
    }
    String encoded = encoded(path);
    if (!encoded.equals(path)) {
      throw new IllegalArgumentException(
          "returnPath must be percent-encoded ASCII of at most "
              + LONGEST
              + " characters. "
              + (encoded.length() <= LONGEST
                  ? "Pass this path encoded: " + encoded
                  : "Encoded, this one has " + encoded.length() + " characters. " + SHORTER));
    }
    if (path.length() > LONGEST) {
      throw new IllegalArgumentException(
          "returnPath must have at most "
              + LONGEST
              + " characters, since the state that carries it must fit into WeChat's limit. This one has "
              + path.length()
              + ". "
              + SHORTER);
    }
  }

  private static String encoded(String path) {
    StringBuilder encoded = new StringBuilder(path.length());
    for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(octet)) {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || PUNCTUATION.indexOf(octet) >= 0;
  }
}
