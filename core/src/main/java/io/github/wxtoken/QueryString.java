package io.github.wxtoken;

import java.nio.charset.StandardCharsets;

/**
 * A query string, byte for byte as Node's {@code querystring.stringify} writes it: wechat-oauth
 * sends those, and WeChat matches authorize links with a strict pattern
 * (docs/wechat-protocol.md#authorize-page).
 */
final class QueryString {
  private static final String AS_IT_IS = "-_.!~*'()";
  private static final String HEX = "0123456789ABCDEF";

  private final StringBuilder text = new StringBuilder(256);

  QueryString with(String name, String value) {
    if (!text.isEmpty()) {
      text.append('&');
    }
    text.append(name).append('=');
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      append(octet & 0xff);
    }
    return this;
  }

  private void append(int octet) {
    if (isLetterOrDigit(octet) || AS_IT_IS.indexOf(octet) >= 0) {
      text.append((char) octet);
    } else {
      text.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
    }
  }

  private static boolean isLetterOrDigit(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
